// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;

/** A matrix product, its rows split evenly: each worker reads its part of the weights. */
final class LinearNode implements Node {
    private final WorkerPool pool;
    private final CpuTensor in;
    private final CpuWeights weight;
    private final Epilogue epilogue;
    private final CpuTensor out;
    private final PerWorker scratch;
    private final Prepared prepared;
    private final boolean again;

    /**
     * @param prepared memory for prepared activations
     * @param again whether the product before this one has left there what this one needs
     */
    LinearNode(
            WorkerPool pool,
            CpuTensor in,
            CpuWeights weight,
            Epilogue epilogue,
            CpuTensor out,
            PerWorker scratch,
            Prepared prepared,
            boolean again) {
        this.pool = pool;
        this.in = in;
        this.weight = weight;
        this.epilogue = epilogue;
        this.out = out;
        this.scratch = scratch;
        this.prepared = prepared;
        this.again = again;
        Preparation preparation = weight.preparation();
        if (preparation != null) {
            prepared.reserve(preparation, in.data().length / in.width(), in.width());
        }
    }

    /** Whether a product of the same activations with other weights needs no preparation after this one. */
    boolean leavesPrepared(CpuTensor x, CpuWeights other) {
        return x.buffer() == in.buffer()
                && weight.preparation() != null
                && weight.preparation().equals(other.preparation());
    }

    @Override
    public void run(Step step) {
        int tokens = step.rows(in.rows());
        if (tokens > 0) {
            multiply(tokens);
        }
    }

    /** Multiplies the first so many rows. */
    void multiply(int tokens) {
        Activations x = again ? prepared.last() : prepared.prepare(weight.preparation(), in, tokens, pool);
        pool.run(tokens * weight.shape().elements(), (worker, workers) -> {
            float[] own = scratch.get(worker, weight.scratchSize(tokens));
            weight.multiply(worker, workers, x, out.data(), epilogue, own);
        });
    }
}
