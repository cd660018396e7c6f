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
    private final float[] sums;

    LinearNode(WorkerPool pool, CpuTensor in, CpuWeights weight, Epilogue epilogue, CpuTensor out, PerWorker scratch) {
        this.pool = pool;
        this.in = in;
        this.weight = weight;
        this.epilogue = epilogue;
        this.out = out;
        this.scratch = scratch;
        sums = new float[weight.summedColumns() == 0 ? 0 : in.data().length / weight.summedColumns()];
    }

    @Override
    public void run(Step step) {
        int tokens = step.rows(in.rows());
        if (tokens == 0) {
            return;
        }
        if (sums.length > 0) {
            sum(tokens * in.width());
        }
        Activations x = new Activations(in.data(), sums, tokens);
        pool.run(tokens * weight.shape().elements(), (worker, workers) -> {
            float[] own = scratch.get(worker, weight.scratchSize(tokens));
            weight.multiply(worker, workers, x, out.data(), epilogue, own);
        });
    }

    private void sum(int elements) {
        int columns = weight.summedColumns();
        int count = elements / columns;
        pool.run(
                elements,
                (worker, workers) -> Activations.sum(
                        in.data(),
                        WorkerPool.share(count, worker, workers),
                        WorkerPool.share(count, worker + 1, workers),
                        columns,
                        sums));
    }
}
