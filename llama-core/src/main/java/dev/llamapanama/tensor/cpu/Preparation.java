// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/**
 * What is done once to activations before they are multiplied with packed weights: each is divided by the power of two that its quants are
 * too large by, and sub-blocks are summed up for the sake of minima and biases.
 */
final class Preparation {
    private final int subBlock;
    private final float sumFactor;
    private final float[] factors = new float[UNIT];

    Preparation(PackedLayout layout) {
        subBlock = layout.subBlock();
        sumFactor = layout.minimum() ? 1 : layout.bias();
        for (int i = 0; i < UNIT; i++) {
            factors[i] = Math.scalb(1f, -layout.exponent(i));
        }
    }

    /**
     * Prepares some units of 32 elements.
     *
     * @param x activations
     * @param values takes them divided, at the same places
     * @param sums takes the sum of each sub-block, or the bias times the sum
     */
    void prepare(float[] x, int from, int to, float[] values, float[] sums) {
        for (int unit = from * UNIT; unit < to * UNIT; unit += UNIT) {
            for (int i = 0; i < UNIT; i++) {
                values[unit + i] = x[unit + i] * factors[i];
            }
            for (int start = unit; start < unit + UNIT; start += subBlock) {
                sums[start / subBlock] = sumFactor * sum(x, start);
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
