// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.RopeFrequencies;

/** Cosines and sines of the rows of the running step, computed once for all layers. */
final class RopeTable implements Node {
    private final RopeFrequencies frequencies;
    private final int pairs;
    private final float[] cosines;
    private final float[] sines;

    RopeTable(RopeFrequencies frequencies, int maxTokens) {
        this.frequencies = frequencies;
        pairs = frequencies.headDim() / 2;
        cosines = new float[maxTokens * pairs];
        sines = new float[maxTokens * pairs];
    }

    /** Angles in double precision: at position 100,000 an angle in F32 is wrong by thousandths of a radian. */
    @Override
    public void run(Step step) {
        int rows = step.rows(CpuTensor.Rows.TOKENS);
        for (int row = 0; row < rows; row++) {
            int position = step.position(row);
            for (int i = 0; i < pairs; i++) {
                double angle = frequencies.angle(position, i);
                cosines[row * pairs + i] = (float) Math.cos(angle);
                sines[row * pairs + i] = (float) Math.sin(angle);
            }
        }
    }

    /** Turns one head of one row. */
    void rotate(int row, float[] x, int o) {
        int table = row * pairs;
        for (int i = 0; i < pairs; i++) {
            float cos = cosines[table + i];
            float sin = sines[table + i];
            float even = x[o + 2 * i];
            float odd = x[o + 2 * i + 1];
            x[o + 2 * i] = even * cos - odd * sin;
            x[o + 2 * i + 1] = even * sin + odd * cos;
        }
    }
}
