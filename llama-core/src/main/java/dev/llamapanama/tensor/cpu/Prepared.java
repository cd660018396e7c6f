// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** Memory for prepared activations, which all products of a plan use in turn. */
final class Prepared {
    /** Multiplications that the preparation of an element is worth. */
    private static final int WORK = 2;

    private float[] values = {};
    private float[] sums = {};

    /** Makes sure of room for so many elements. */
    void reserve(int elements) {
        if (values.length < elements) {
            values = new float[elements];
            sums = new float[elements / PackedLayout.LEAST_SUB_BLOCK];
        }
    }

    Activations prepare(Preparation preparation, CpuTensor x, int tokens, WorkerPool pool) {
        int units = tokens * x.width() / PackedLayout.UNIT;
        pool.run(
                (long) WORK * units * PackedLayout.UNIT,
                (worker, workers) -> preparation.prepare(
                        x.data(),
                        WorkerPool.share(units, worker, workers),
                        WorkerPool.share(units, worker + 1, workers),
                        values,
                        sums));
        return new Activations(values, sums, tokens);
    }
}
