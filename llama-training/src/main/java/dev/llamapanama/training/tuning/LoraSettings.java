// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * The shape of a LoRA adapter (arXiv 2106.09685).
 *
 * @param rank of what is added to a matrix
 * @param alpha what is added is multiplied by {@code alpha / rank}
 * @param matrices of each layer that are adapted, by their names in GGUF: {@code attn_q}
 */
public record LoraSettings(int rank, double alpha, Set<String> matrices) {
    /** All matrices of a layer. */
    public static final Set<String> ALL =
            sorted(Set.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"));

    public LoraSettings {
        if (rank < 1 || !(alpha > 0) || Double.isInfinite(alpha)) {
            throw new IllegalArgumentException("rank and alpha: found " + rank + " and " + alpha);
        }
        matrices = sorted(matrices);
        if (matrices.isEmpty() || !ALL.containsAll(matrices)) {
            throw new IllegalArgumentException("matrices: found " + matrices + ", expected some of " + ALL);
        }
    }

    /** All matrices, with a factor of 2. */
    public static LoraSettings of(int rank) {
        return new LoraSettings(rank, 2.0 * rank, ALL);
    }

    /** In an order that is the same in every process. */
    private static Set<String> sorted(Set<String> matrices) {
        return Collections.unmodifiableSet(new TreeSet<>(matrices));
    }

    double scale() {
        return alpha / rank;
    }
}
