// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/**
 * The right operand of a product.
 *
 * @param values {@code [tokens, cols]}, and behind them memory for rows up to a multiple of {@link #PADDING}, of any content: kernels
 *     may read them and drop what comes out
 * @param sums of each token over each {@link CpuWeights#summedColumns}, padded likewise; empty where they aren't needed
 * @param tokens rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Activations(float[] values, float[] sums, int tokens) {
    /** Most tokens of a tile. */
    static final int PADDING = 8;

    /** Rows of memory for so many tokens. One token is never multiplied in a tile. */
    static int padded(int tokens) {
        return tokens == 1 ? 1 : (tokens + PADDING - 1) & -PADDING;
    }

    /** Sums up consecutive elements. */
    static void sum(float[] values, int from, int to, int count, float[] sums) {
        for (int i = from; i < to; i++) {
            float a = 0;
            float b = 0;
            for (int j = i * count; j < (i + 1) * count; j += 2) {
                a += values[j];
                b += values[j + 1];
            }
            sums[i] = a + b;
        }
    }
}
