// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

/**
 * What an adapter adds to a weight W (LoRA, arXiv 2106.09685): {@code W + scale · B · A}. Of weights that are stacked in the rows, such as
 * those of experts, the pairs are stacked likewise.
 *
 * @param a {@code [rank, inputs]}; of the embedding table, whose rows are looked up, transposed: {@code [vocabulary, rank]}
 * @param b {@code [outputs, rank]}; of the embedding table {@code [dim, rank]}
 * @param scale finite
 */
public record LowRank(CheckpointTensor a, CheckpointTensor b, double scale) {

    /** Inner width. */
    public int rank() {
        return Math.toIntExact(b.shape().cols());
    }

    /** The same with so many times the effect. */
    LowRank times(double factor) {
        return new LowRank(a, b, scale * factor);
    }
}
