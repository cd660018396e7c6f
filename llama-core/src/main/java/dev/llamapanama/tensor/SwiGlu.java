// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.stream.Stream;

/**
 * The matrices of a SwiGLU network (arXiv 2002.05202): {@code down · (silu(gate · x) ⊙ (up · x))}. A dense layer has one, a mixture of
 * experts many of the same shape.
 *
 * @param gate {@code [hidden, dim]}, w1 in Meta's code
 * @param up {@code [hidden, dim]}, w3 there
 * @param down {@code [dim, hidden]}, w2 there
 */
public record SwiGlu(Weights gate, Weights up, Weights down) {

    /** Hidden width. */
    public int width() {
        return Math.toIntExact(gate.shape().rows());
    }

    /** Its matrices. */
    public Stream<Weights> all() {
        return Stream.of(gate, up, down);
    }
}
