// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * Activations for packed weights: each is divided by the power of two that its quants are
 * too large by, and sub-blocks are summed up for the sake of minima and biases.
 */
final class Division implements Preparation {
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
        int units = tokens * cols / UNIT;
        int to = WorkerPool.share(units, worker + 1, workers) * UNIT;
        for (int unit = WorkerPool.share(units, worker, workers) * UNIT; unit < to; unit += UNIT) {
            for (int i = 0; i < UNIT; i++) {
                values[unit + i] = x[unit + i] * factors[i];
            }
            for (int start = unit; start < unit + UNIT; start += subBlock) {
                derived[start / subBlock] = sumFactor * sum(x, start);
            }
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
