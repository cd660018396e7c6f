// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * Activations for packed weights: each is divided by the power of two that its quants are too large by, and sub-blocks are summed up for
 * the sake of minima and biases. Several tokens are taken together by tiles: values of a column, and sums of a sub-block, stand side by
 * side for all tokens of a tile.
 */
final class Division implements Preparation {
    private static final int NONE = -1;

    private final int subBlock;
    private final float sumFactor;
    private final float[] factors = new float[UNIT];

    Division(PackedLayout layout) {
        subBlock = layout.subBlock();
        sumFactor = layout.minimum() ? 1 : layout.bias();
        for (int i = 0; i < UNIT; i++) {
            factors[i] = Math.scalb(1f, -layout.exponent(i));
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

    @Override
    public int derivedSize(int tokens, int cols) {
        return Activations.padded(tokens) * cols / subBlock;
    }

    @Override
    public void prepare(int worker, int workers, float[] x, int tokens, int cols, float[] values, float[] derived) {
        int end = WorkerPool.share(cols / UNIT, worker + 1, workers) * UNIT;
        int first = WorkerPool.share(cols / UNIT, worker, workers) * UNIT;
        int tile = 0;
        for (int token = 0; token < tokens; token += tile) {
            tile = tokens == 1 ? 1 : Lanes.tileTokens(tokens - token);
            for (int col = first; col < end; col += UNIT) {
                for (int t = 0; t < tile; t++) {
                    int from = token + t < tokens ? (token + t) * cols + col : NONE;
                    int to = token * cols + col * tile;
                    prepareUnit(x, from, values, to + t, derived, to / subBlock + t, tile);
                }
            }
        }
    }

    /** Prepares a unit of one token, or zeros. */
    private void prepareUnit(float[] x, int from, float[] values, int to, float[] derived, int sums, int tile) {
        for (int i = 0; i < UNIT; i++) {
            values[to + i * tile] = from == NONE ? 0 : x[from + i] * factors[i];
        }
        for (int sub = 0; sub < UNIT / subBlock; sub++) {
            derived[sums + sub * tile] = from == NONE ? 0 : sumFactor * sum(x, from + sub * subBlock);
        }
    }

    /** Four sums, because one would wait for each addition. */
    private float sum(float[] x, int start) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        for (int i = start; i < start + subBlock; i += 4) {
            a += x[i];
            b += x[i + 1];
            c += x[i + 2];
            d += x[i + 3];
        }
        return (a + b) + (c + d);
    }
}
