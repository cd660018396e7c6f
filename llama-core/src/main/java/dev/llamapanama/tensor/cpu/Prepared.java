// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import org.jspecify.annotations.Nullable;

/** Memory for prepared activations, which all products of a plan use in turn. */
final class Prepared {
    /** Multiplications that the preparation of an element is worth. */
    private static final int WORK = 2;

    private float[] values = {};
    private float[] derived = {};
    private int[] multipliers = {};
    private int[] starts = {};
    private Activations last = Activations.unprepared(values, 0);

    /** Makes sure of room for so many tokens. */
    void reserve(Preparation preparation, int tokens, int cols) {
        if (preparation.replacesValues()) {
            values = atLeast(values, Activations.padded(tokens) * cols);
        }
        derived = atLeast(derived, preparation.derivedSize(tokens, cols));
        multipliers = atLeast(multipliers, preparation.multipliers(cols));
        starts = atLeast(starts, preparation.starts(cols));
    }

    private static int[] atLeast(int[] memory, int size) {
        return memory.length < size ? new int[size] : memory;
    }

    private static float[] atLeast(float[] memory, int size) {
        return memory.length < size ? new float[size] : memory;
    }

    /** What was prepared last. */
    Activations last() {
        return last;
    }

    Activations prepare(@Nullable Preparation preparation, CpuTensor x, int tokens, WorkerPool pool) {
        if (preparation == null || !preparation.isNeeded(tokens)) {
            last = Activations.unprepared(x.data(), tokens);
            return last;
        }
        float[] replaced = preparation.replacesValues() ? values : x.data();
        last = new Activations(x.data(), replaced, derived, multipliers, starts, tokens);
        pool.run(
                (long) WORK * tokens * x.width(),
                (worker, workers) -> preparation.prepare(worker, workers, x.data(), x.width(), last));
        return last;
    }
}
