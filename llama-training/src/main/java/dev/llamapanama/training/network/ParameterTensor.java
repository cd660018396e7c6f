// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.tensor.Shape;

/**
 * One of the tensors of {@link Parameters}.
 *
 * @param name canonical, that of GGUF
 * @param offset where it begins in {@link Parameters#values}
 */
public record ParameterTensor(String name, Shape shape, int offset) {
    /** Number of its elements. */
    public int size() {
        return (int) shape.elements();
    }

    /** Whether it is a matrix, and not the weight of a norm. */
    public boolean isMatrix() {
        return shape.rows() > 1;
    }
}
