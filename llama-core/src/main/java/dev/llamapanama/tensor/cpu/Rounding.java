// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * Activations for packed weights: rounded to integers of 8 bits, 32 columns at a time ({@code Numerics.Activation.Q8_BLOCK32}).
 *
 * <p>Those of one token are laid out in pairs, as a {@link PackedLayout} holds its quants, and a sub-block has two factors: its scale, and the sum of its activations.
 * Those of several tokens are floats, each divided by the power of two that its quants are too large by, and taken together by tiles: values of a column stand side by side
 * for all tokens of a tile, and so do the three numbers of a sub-block, which are what its sum begins at, its scale, and the sum of its activations.
 */
final class Rounding implements Preparation {
    /** Numbers of a sub-block and a token. */
    static final int FACTORS = 3;

    private static final int PAIRS = UNIT / 2;
    private static final float LARGEST = 127;
    /** A float as large as this has no digits behind the point, so that adding it rounds; its last bits are then the integer. */
    private static final float MAGIC = 0x1.8p23f;
    /** The largest of a block that counts as zero: its inverse might not be finite. */
    private static final float NOTHING = 0x1p-100f;

    private final int subBlock;
    private final int centre;
    private final int distance;
    private final int[] lower = new int[PAIRS];
    private final float[] divisors = new float[UNIT];

    Rounding(PackedLayout layout) {
        subBlock = layout.subBlock();
        centre = layout.centre();
        distance = layout.pairDistance();
        for (int i = 0; i < PAIRS; i++) {
            lower[i] = layout.pair(i);
        }
        for (int i = 0; i < UNIT; i++) {
            divisors[i] = Math.scalb(1f, -layout.exponent(i));
        }
    }

    @Override
    public boolean isNeeded(int tokens) {
        return true;
    }

    @Override
    public boolean replacesValues() {
        return true;
    }

    /** What the last sub-block is followed by is read and not used. */
    @Override
    public int derivedSize(int tokens, int cols) {
        return FACTORS * Activations.padded(tokens) * (cols / subBlock + 1);
    }

    @Override
    public int pairs(int cols) {
        return cols / 2;
    }

    @Override
    public int starts(int cols) {
        return cols / subBlock + 1;
    }

    @Override
    public void prepare(int worker, int workers, float[] x, int cols, Activations target) {
        int end = WorkerPool.share(cols / UNIT, worker + 1, workers) * UNIT;
        for (int col = WorkerPool.share(cols / UNIT, worker, workers) * UNIT; col < end; col += UNIT) {
            if (target.tokens() == 1) {
                pair(x, col, target);
            } else {
                tile(x, col, cols, target);
            }
        }
    }

    private void pair(float[] x, int col, Activations target) {
        float largest = largest(x, col);
        float inverse = inverse(largest);
        float scale = scale(largest);
        int[] pairs = target.pairs();
        for (int sub = 0; sub < UNIT / subBlock; sub++) {
            int lowerSum = 0;
            int upperSum = 0;
            for (int i = sub * subBlock / 2; i < (sub + 1) * subBlock / 2; i++) {
                int low = round(x[col + lower[i]] * inverse);
                int up = round(x[col + lower[i] + distance] * inverse);
                lowerSum += low;
                upperSum += up;
                pairs[col / 2 + i] = both(low, up);
            }
            int at = col / subBlock + sub;
            target.starts()[at] = both(-centre * lowerSum, -centre * upperSum);
            target.derived()[2 * at] = scale;
            target.derived()[2 * at + 1] = scale * (lowerSum + upperSum);
        }
    }

    private void tile(float[] x, int col, int cols, Activations target) {
        int tile;
        for (int token = 0; token < target.tokens(); token += tile) {
            tile = Lanes.tileTokens(target.tokens() - token);
            int to = token * cols + col * tile;
            for (int t = 0; t < tile; t++) {
                int factors = FACTORS * to / subBlock + t;
                if (token + t < target.tokens()) {
                    divide(x, (token + t) * cols + col, target, to + t, factors, tile);
                } else {
                    clear(target, to + t, factors, tile);
                }
            }
        }
    }

    private void divide(float[] x, int from, Activations target, int to, int factors, int tile) {
        float largest = largest(x, from);
        float inverse = inverse(largest);
        float scale = scale(largest);
        for (int sub = 0; sub < UNIT / subBlock; sub++) {
            int sum = 0;
            for (int i = sub * subBlock; i < (sub + 1) * subBlock; i++) {
                int rounded = round(x[from + i] * inverse);
                sum += rounded;
                target.values()[to + i * tile] = rounded * divisors[i];
            }
            int at = factors + FACTORS * sub * tile;
            target.derived()[at] = -centre * sum;
            target.derived()[at + tile] = scale;
            target.derived()[at + 2 * tile] = scale * sum;
        }
    }

    /** Stands for a token that the last tile lacks. */
    private void clear(Activations target, int to, int factors, int tile) {
        for (int i = 0; i < UNIT; i++) {
            target.values()[to + i * tile] = 0;
        }
        for (int i = 0; i < FACTORS * UNIT / subBlock; i++) {
            target.derived()[factors + i * tile] = 0;
        }
    }

    /** The largest magnitude, or NaN. Of magnitudes the bits have the order of the numbers, with NaN above all. */
    static float largest(float[] x, int from) {
        int bits = 0;
        for (int i = from; i < from + UNIT; i++) {
            bits = Math.max(bits, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(bits);
    }

    static float inverse(float largest) {
        return largest <= NOTHING ? 0 : LARGEST / largest;
    }

    static float scale(float largest) {
        return largest <= NOTHING ? 0 : largest / LARGEST;
    }

    static int round(float x) {
        return Float.floatToRawIntBits(x + MAGIC) - Float.floatToRawIntBits(MAGIC);
    }

    private static int both(int lower, int upper) {
        return (lower & 0xffff) | (upper << 16);
    }
}
