// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

/** Activations as {@link Rounding} rounds them, as floats in their places. */
final class ScalarRounding implements Preparation {
    @Override
    public void prepare(int worker, int workers, float[] x, int cols, Activations target) {
        int units = target.tokens() * cols / UNIT;
        int end = WorkerPool.share(units, worker + 1, workers) * UNIT;
        int[] rounded = new int[UNIT];
        for (int from = WorkerPool.share(units, worker, workers) * UNIT; from < end; from += UNIT) {
            float scale = Rounding.round(x, from, rounded, 0);
            for (int i = 0; i < UNIT; i++) {
                target.values()[from + i] = rounded[i] * scale;
            }
        }
    }
}
