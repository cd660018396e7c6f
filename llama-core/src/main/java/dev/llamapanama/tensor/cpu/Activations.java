// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/**
 * The right operand of a product, prepared for the left one.
 *
 * @param original {@code [tokens, cols]}, before any preparation
 * @param values {@code [tokens, cols]}, and behind them memory for rows up to a multiple of {@link #PADDING}, of any content: kernels
 *     may read them and drop what comes out
 * @param derived what a {@link Preparation} derived from them, such as their scales; empty where there was none
 * @param multipliers of one token, what stands for {@code values}; empty where they aren't needed
 * @param starts what sums over {@code multipliers} begin at
 * @param tokens rows
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Activations(float[] original, float[] values, float[] derived, int[] multipliers, int[] starts, int tokens) {
    /** Most tokens of a tile. */
    static final int PADDING = 8;

    private static final float[] NO_FLOATS = {};
    private static final int[] NO_INTEGERS = {};

    /** Activations that need no preparation. */
    static Activations unprepared(float[] values, int tokens) {
        return new Activations(values, values, NO_FLOATS, NO_INTEGERS, NO_INTEGERS, tokens);
    }

    /** Rows of memory for so many tokens. One token is never multiplied in a tile. */
    static int padded(int tokens) {
        return tokens == 1 ? 1 : (tokens + PADDING - 1) & -PADDING;
    }
}
