// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import org.jspecify.annotations.Nullable;

/** Memory for prepared activations, which all products of a plan use in turn. */
final class Prepared {
    /** Multiplications that the preparation of an element is worth. */
    private static final int WORK = 2;

    private float[] values = {};
    private float[] derived = {};
    private int[] pairs = {};
    private int[] starts = {};

    /** Makes sure of room for so many tokens. */
    void reserve(Preparation preparation, int tokens, int cols) {
        if (preparation.replacesValues()) {
            values = atLeast(values, Activations.padded(tokens) * cols);
        }
        derived = atLeast(derived, preparation.derivedSize(tokens, cols));
        pairs = atLeast(pairs, preparation.pairs(cols));
        starts = atLeast(starts, preparation.starts(cols));
    }

    private static int[] atLeast(int[] memory, int size) {
        return memory.length < size ? new int[size] : memory;
    }

    private static float[] atLeast(float[] memory, int size) {
        return memory.length < size ? new float[size] : memory;
    }

    Activations prepare(@Nullable Preparation preparation, CpuTensor x, int tokens, WorkerPool pool) {
        if (preparation == null || !preparation.isNeeded(tokens)) {
            return Activations.unprepared(x.data(), tokens);
        }
        float[] replaced = preparation.replacesValues() ? values : x.data();
        Activations prepared = new Activations(replaced, derived, pairs, starts, tokens);
        pool.run(
                (long) WORK * tokens * x.width(),
                (worker, workers) -> preparation.prepare(worker, workers, x.data(), x.width(), prepared));
        return prepared;
    }
}
