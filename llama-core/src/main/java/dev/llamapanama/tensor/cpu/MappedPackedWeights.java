// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Quantised weights that stay as the file stores them: a few groups at a time are packed for the moment in which they are multiplied
 * with. Results have the same bits as those of {@link PackedWeights}.
 */
final class MappedPackedWeights implements CpuWeights {
    private final String name;
    private final Shape shape;
    private final PackedKernel kernel;
    private final MemorySegment stored;
    private final Consumer<MappedPackedWeights> onClose;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] moments;
    private final Packer[] packers;

    /**
     * @param onClose told when the memory is freed
     */
    MappedPackedWeights(
            String name,
            Shape shape,
            PackedKernel kernel,
            MemorySegment stored,
            int workers,
            Consumer<MappedPackedWeights> onClose) {
        this.name = name;
        this.shape = shape;
        this.kernel = kernel;
        this.stored = stored;
        this.onClose = onClose;
        moments = new MemorySegment[workers];
        packers = new Packer[workers];
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DType type() {
        return kernel.layout().type();
    }

    @Override
    public Shape shape() {
        return shape;
    }

    @Override
    public void decodeRow(int row, float[] target, int start) {
        type().decode(stored, row * type().bytes(cols()), target, start, cols());
    }

    @Override
    public Preparation preparation() {
        return kernel.preparation();
    }

    @Override
    public int scratchSize(int tokens) {
        return PackedProduct.scratchSize(kernel.layout(), tokens);
    }

    @Override
    public void multiply(int worker, int workers, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        if (moments[worker] == null) {
            moments[worker] = arena.allocate(kernel.groups() * kernel.layout().groupBytes(cols()), 64);
            packers[worker] = kernel.newPacker();
        }
        PackedProduct product = new PackedProduct(kernel, rows(), cols(), x, out, epilogue, scratch);
        int groups = (rows() + ROWS - 1) / ROWS;
        int together = kernel.groups();
        int end = WorkerPool.share(groups, worker + 1, workers);
        for (int group = WorkerPool.share(groups, worker, workers); group < end; group += together) {
            int count = Math.min(together, end - group);
            pack(worker, group, count);
            product.multiply(moments[worker], group, count);
        }
    }

    private void pack(int worker, int first, int count) {
        for (int g = 0; g < count; g++) {
            int row = (first + g) * ROWS;
            packers[worker].pack(
                    stored,
                    row * type().bytes(cols()),
                    Math.min(ROWS, rows() - row),
                    cols(),
                    moments[worker],
                    g * kernel.layout().groupBytes(cols()));
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
            onClose.accept(this);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
