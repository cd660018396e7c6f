// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Weights as the file stores them: a view of the map, no copy. */
record StoredWeights(String name, DType type, Shape shape, MemorySegment data, MatrixKernel kernel)
        implements CpuWeights {

    long rowBytes() {
        return type.bytes(shape.cols());
    }

    @Override
    public void decodeRow(int row, float[] target, int start) {
        type.decode(data, row * rowBytes(), target, start, cols());
    }

    @Override
    public @Nullable Preparation preparation() {
        return kernel.preparation();
    }

    @Override
    public int scratchSize(int tokens) {
        return kernel.scratchSize(cols(), tokens);
    }

    @Override
    public void multiply(int worker, int workers, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        int from = WorkerPool.share(rows(), worker, workers);
        int to = WorkerPool.share(rows(), worker + 1, workers);
        kernel.multiply(this, from, to, x, out, epilogue, scratch);
    }

    /** The view ends with the map that it is a view of. */
    @Override
    public void close() {}
}
