// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Quantised weights in a {@link PackedLayout}. Each worker has a shard of the rows, which it packs itself and so has in the memory near
 * to it.
 */
final class PackedWeights implements CpuWeights {
    /** Stored bytes that are mapped at a time while packing. */
    private static final long PIECE = 4 << 20;

    private final String name;
    private final Shape shape;
    private final PackedKernel kernel;
    private final Consumer<PackedWeights> onClose;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment[] shards;
    private final long groupBytes;

    private PackedWeights(String name, Shape shape, PackedKernel kernel, int shards, Consumer<PackedWeights> onClose) {
        this.name = name;
        this.shape = shape;
        this.kernel = kernel;
        this.onClose = onClose;
        this.shards = new MemorySegment[shards];
        groupBytes = kernel.layout().groupBytes(cols());
    }

    /**
     * Packs stored weights on all workers.
     *
     * @param memory of each worker
     * @param onClose told when the memory is freed
     */
    static PackedWeights pack(
            String name,
            Shape shape,
            PackedKernel kernel,
            WeightSource source,
            WorkerPool pool,
            Slabs[] memory,
            Consumer<PackedWeights> onClose) {
        PackedWeights weights = new PackedWeights(name, shape, kernel, pool.workers(), onClose);
        try {
            kernel.readiness(1).expected(shape.elements());
            kernel.readiness(2).expected(shape.elements());
            pool.run((worker, workers) -> weights.pack(source, worker, memory[worker]));
        } catch (Throwable t) {
            weights.arena.close();
            throw t;
        }
        return weights;
    }

    private void pack(WeightSource source, int shard, Slabs memory) {
        int first = firstGroup(shard);
        int count = firstGroup(shard + 1) - first;
        MemorySegment target = memory.allocate(Math.max(1, count * groupBytes), arena);
        shards[shard] = target;
        long rowBytes = type().bytes(cols());
        int pieceGroups = (int) Math.max(1, PIECE / (ROWS * rowBytes));
        Packer packer = kernel.newPacker();
        for (int group = 0; group < count; group += pieceGroups) {
            int from = (first + group) * ROWS;
            int to = Math.min(rows(), (first + Math.min(count, group + pieceGroups)) * ROWS);
            long at = group * groupBytes;
            source.read(from * rowBytes, (to - from) * rowBytes, piece -> {
                for (int row = from; row < to; row += ROWS) {
                    long groupAt = at + (row - from) / ROWS * groupBytes;
                    packer.pack(piece, (row - from) * rowBytes, Math.min(ROWS, to - row), cols(), target, groupAt);
                }
            });
        }
    }

    /** Shards begin with whole groups. */
    private int firstGroup(int shard) {
        return WorkerPool.share((rows() + ROWS - 1) / ROWS, shard, shards.length);
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
    public Preparation preparation() {
        return kernel.preparation();
    }

    @Override
    public int scratchSize(int tokens) {
        return PackedProduct.scratchSize(kernel.layout(), tokens);
    }

    @Override
    public void decodeRow(int row, float[] target, int start) {
        int group = row / ROWS;
        int shard = 0;
        while (firstGroup(shard + 1) <= group) {
            shard++;
        }
        Unpacker unpacker = new Unpacker(kernel.layout(), cols());
        unpacker.load(shards[shard], (group - firstGroup(shard)) * groupBytes);
        unpacker.decode(row % ROWS, target, start);
    }

    @Override
    public void multiply(int worker, int workers, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        PackedProduct product = new PackedProduct(kernel, rows(), cols(), x, out, epilogue, scratch);
        for (int shard = worker; shard < shards.length; shard += workers) {
            int first = firstGroup(shard);
            product.multiply(shards[shard], first, firstGroup(shard + 1) - first);
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
