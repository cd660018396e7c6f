// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;

/** A matrix product, its rows split evenly: each worker reads one contiguous part of the weights. */
final class LinearNode implements Node {
    private final MatrixKernel kernel;
    private final WorkerPool pool;
    private final CpuTensor in;
    private final CpuWeights weight;
    private final Epilogue epilogue;
    private final CpuTensor out;
    private final PerWorker scratch;

    LinearNode(
            MatrixKernel kernel,
            WorkerPool pool,
            CpuTensor in,
            CpuWeights weight,
            Epilogue epilogue,
            CpuTensor out,
            PerWorker scratch) {
        this.kernel = kernel;
        this.pool = pool;
        this.in = in;
        this.weight = weight;
        this.epilogue = epilogue;
        this.out = out;
        this.scratch = scratch;
    }

    @Override
    public void run(Step step) {
        int tokens = step.rows(in.rows());
        if (tokens == 0) {
            return;
        }
        pool.run(tokens * weight.shape().elements(), (worker, workers) -> multiply(worker, workers, tokens));
    }

    private void multiply(int worker, int workers, int tokens) {
        int rows = weight.rows();
        int from = WorkerPool.share(rows, worker, workers);
        int to = WorkerPool.share(rows, worker + 1, workers);
        float[] own = scratch.get(worker, kernel.scratchSize(weight.cols()));
        kernel.multiply(weight, from, to, in.data(), tokens, out.data(), epilogue, own);
    }
}
