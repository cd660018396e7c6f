// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** The gates of some rows, dealt to the workers element by element. */
record SwiGluNode(Kernels kernels, WorkerPool pool, CpuTensor gate, CpuTensor up, CpuTensor out) implements Node {
    /** Multiplications that one element is worth. */
    private static final long WORK = 16;

    @Override
    public void run(Step step) {
        apply(step.rows(gate.rows()));
    }

    /** Computes the first so many rows. */
    void apply(int rows) {
        int elements = rows * gate.width();
        pool.run(WORK * elements, (worker, workers) -> {
            int from = WorkerPool.share(elements, worker, workers);
            int end = WorkerPool.share(elements, worker + 1, workers);
            kernels.swiGlu(gate.data(), up.data(), out.data(), from, end);
        });
    }
}
