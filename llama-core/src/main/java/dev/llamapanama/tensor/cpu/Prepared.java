// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import org.jspecify.annotations.Nullable;

/** Memory for prepared activations, which all products of a plan use in turn. */
final class Prepared {
    /** Multiplications that the preparation of an element is worth. */
    private static final int WORK = 2;

    private static final float[] NONE = {};

    private float[] values = {};
    private float[] derived = {};

    /** Makes sure of room for so many tokens. */
    void reserve(Preparation preparation, int tokens, int cols) {
        if (preparation.replacesValues()) {
            values = atLeast(values, Activations.padded(tokens) * cols);
        }
        derived = atLeast(derived, preparation.derivedSize(tokens, cols));
    }

    private static float[] atLeast(float[] memory, int size) {
        return memory.length < size ? new float[size] : memory;
    }

    Activations prepare(@Nullable Preparation preparation, CpuTensor x, int tokens, WorkerPool pool) {
        if (preparation == null || !preparation.isNeeded(tokens)) {
            return new Activations(x.data(), NONE, tokens);
        }
        pool.run(
                (long) WORK * tokens * x.width(),
                (worker, workers) ->
                        preparation.prepare(worker, workers, x.data(), tokens, x.width(), values, derived));
        return new Activations(preparation.replacesValues() ? values : x.data(), derived, tokens);
    }
}
