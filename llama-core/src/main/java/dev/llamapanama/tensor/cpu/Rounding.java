// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * Activations for packed weights: rounded to integers of 8 bits, 32 columns at a time ({@code Numerics.Activation.Q8_BLOCK32}).
 *
 * <p>From those of one token {@link Multipliers} are made, and a sub-block has two factors: its scale, and the sum of its activations.
 * Those of several tokens are floats, each divided by the power of two that its quants are too large by, and taken together by tiles ({@link PackedProduct#tileAt}): values of a column stand side by side
 * for all tokens of a tile, and so do the three numbers of a sub-block, which are what its sum begins at, its scale, and the sum of its activations.
 */
final class Rounding implements Preparation {
    /** Numbers of a sub-block and a token. */
    static final int FACTORS = 3;

    private static final float LARGEST = 127;
    /** A float as large as this has no digits behind the point, so that adding it rounds; its last bits are then the integer. */
    private static final float MAGIC = 0x1.8p23f;
    /** The largest of a block that counts as zero: its inverse might not be finite. */
    private static final float NOTHING = 0x1p-100f;

    private final int subBlock;
    private final int centre;
    private final Multipliers multipliers;
    private final float[] divisors = new float[UNIT];

    Rounding(PackedLayout layout) {
        subBlock = layout.subBlock();
        centre = layout.centre();
        multipliers = new Multipliers(layout);
        for (int i = 0; i < UNIT; i++) {
            divisors[i] = Math.scalb(1f, -layout.exponent(i));
        }
    }

    /** What the last sub-block is followed by is read and not used. */
    @Override
    public int derivedSize(int tokens, int cols) {
        return FACTORS * Activations.padded(tokens) * (cols / subBlock + 1);
    }

    @Override
    public int multipliers(int cols) {
        return cols / 2;
    }

    @Override
    public int starts(int cols) {
        return cols / subBlock + 1;
    }

    @Override
    public void prepare(int worker, int workers, float[] x, int cols, Activations target) {
        int end = WorkerPool.share(cols / UNIT, worker + 1, workers) * UNIT;
        int[] rounded = new int[UNIT];
        for (int col = WorkerPool.share(cols / UNIT, worker, workers) * UNIT; col < end; col += UNIT) {
            if (target.tokens() == 1) {
                float scale = round(x, col, rounded, 0);
                multipliers(rounded, col / 2, target.multipliers());
                sums(rounded, scale, col / subBlock, target);
            } else {
                tile(x, col, cols, rounded, target);
            }
        }
    }

    /** Rounds a block, and returns its scale, which is NaN if not all of it is finite. */
    static float round(float[] x, int from, int[] rounded, int to) {
        float largest = largest(x, from);
        boolean nothing = largest <= NOTHING;
        float inverse = nothing ? 0 : LARGEST / largest;
        for (int i = 0; i < UNIT; i++) {
            float magic = x[from + i] * inverse + MAGIC;
            rounded[to + i] = Float.floatToRawIntBits(magic) - Float.floatToRawIntBits(MAGIC);
        }
        return nothing ? 0 : largest <= Float.MAX_VALUE ? largest / LARGEST : Float.NaN;
    }

    /** The largest magnitude, or NaN. Of magnitudes the bits have the order of the numbers, with NaN above all. */
    private static float largest(float[] x, int from) {
        int bits = 0;
        for (int i = from; i < from + UNIT; i++) {
            bits = Math.max(bits, Float.floatToRawIntBits(x[i]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(bits);
    }

    private void multipliers(int[] rounded, int to, int[] target) {
        for (int i = 0; i < Multipliers.COUNT; i++) {
            target[to + i] = both(multipliers.lower(rounded, i), multipliers.upper(rounded, i));
        }
    }

    private void sums(int[] rounded, float scale, int at, Activations target) {
        for (int sub = 0; sub < UNIT / subBlock; sub++) {
            int lower = 0;
            int upper = 0;
            for (int i = sub * subBlock; i < (sub + 1) * subBlock; i++) {
                if (multipliers.isLower(i)) {
                    lower += rounded[i];
                } else {
                    upper += rounded[i];
                }
            }
            target.starts()[at + sub] = both(-centre * lower, -centre * upper);
            target.derived()[2 * (at + sub)] = scale;
            target.derived()[2 * (at + sub) + 1] = scale * (lower + upper);
        }
    }

    private void tile(float[] x, int col, int cols, int[] rounded, Activations target) {
        int tile;
        for (int token = 0; token < target.tokens(); token += tile) {
            tile = Lanes.tileTokens(target.tokens() - token);
            int to = PackedProduct.tileAt(token, tile, col, cols, target.tokens());
            for (int t = 0; t < tile; t++) {
                int factors = FACTORS * to / subBlock + t;
                if (token + t < target.tokens()) {
                    float scale = round(x, (token + t) * cols + col, rounded, 0);
                    divide(rounded, scale, target, to + t, factors, tile);
                } else {
                    clear(target, to + t, factors, tile);
                }
            }
        }
    }

    private void divide(int[] rounded, float scale, Activations target, int to, int factors, int tile) {
        for (int sub = 0; sub < UNIT / subBlock; sub++) {
            int sum = 0;
            for (int i = sub * subBlock; i < (sub + 1) * subBlock; i++) {
                sum += rounded[i];
                target.values()[to + i * tile] = rounded[i] * divisors[i];
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

    private static int both(int lower, int upper) {
        return (lower & 0xffff) | (upper << 16);
    }
}
