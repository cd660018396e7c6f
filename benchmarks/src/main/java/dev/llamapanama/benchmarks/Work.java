// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

/**
 * What one operation costs at least: the part of memory that it has to read and its floating-point operations, a multiply-add counted
 * as two. 0 where such a figure would say nothing.
 */
record Work(double bytes, double flops) {
    static final Work NONE = new Work(0, 0);

    /** A linear layer: all weights are read, once for all tokens. */
    static Work linear(long weightBytes, MatrixSize size, int tokens) {
        return new Work(weightBytes, 2.0 * size.elements() * tokens);
    }

    /**
     * Causal attention of the last tokens of a context: scores and the sum of values, for each position that a token sees. Bytes
     * count for one token only, since several share what they read.
     */
    static Work attention(long kvBytes, int width, int context, int tokens) {
        double seen = (double) tokens * (context - tokens) + tokens * (tokens + 1.0) / 2;
        return new Work(tokens == 1 ? kvBytes : 0, 4.0 * width * seen);
    }
}
