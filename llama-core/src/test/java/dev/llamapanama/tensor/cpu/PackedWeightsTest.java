// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.BlockPatterns;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights that are laid out anew, or packed while they are multiplied with. */
class PackedWeightsTest {
    private static final VectorKernels KERNELS = new VectorKernels(Readiness.Policy.AT_ONCE);
    /** A group that isn't full, fewer groups than workers, and several groups for each. */
    private static final int[] ROWS = {1, 17, 50, 163};

    @AutoClose
    private final Arena arena = Arena.ofShared();

    private final Random random = new Random(29);

    static Stream<DType> packedTypes() {
        return Stream.of(DType.values()).filter(type -> KERNELS.packed(type) != null);
    }

    private static PackedKernel kernel(DType type) {
        return Objects.requireNonNull(KERNELS.packed(type));
    }

    /** A backend must not fall back to slow products without anybody noticing. */
    @ParameterizedTest
    @EnumSource(
            names = {"Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"
            })
    void everyCommonBlockTypeIsPacked(DType type) {
        assertSame(type, kernel(type).layout().type());
    }

    @ParameterizedTest
    @MethodSource("packedTypes")
    void productsDependNeitherOnShardsNorOnWorkers(DType type) {
        int cols = StoredMatrix.wholeBlocks(type, 96);
        for (int rows : ROWS) {
            StoredMatrix matrix = StoredMatrix.random(type, rows, cols, random, arena);
            float[] x = StoredMatrix.gaussians(9 * cols, random);
            for (int tokens : new int[] {1, 2, 9}) {
                float[] expected = matrix.multiply(KERNELS, x, tokens);
                for (int shards = 1; shards <= 5; shards++) {
                    try (WorkerPool pool = new WorkerPool(shards);
                            CpuWeights packed = pack(matrix, new Parts(matrix.stored()), pool);
                            CpuWeights mapped = mapped(matrix, 5, closed -> {})) {
                        for (int workers : new int[] {1, 2, 5}) {
                            assertArrayEquals(expected, product(packed, x, tokens, workers));
                            assertArrayEquals(expected, product(mapped, x, tokens, workers));
                        }
                    }
                }
            }
        }
    }

    /** The product as so many workers make it, one after the other. */
    private static float[] product(CpuWeights weights, float[] x, int tokens, int workers) {
        float[] out = new float[tokens * weights.rows()];
        Activations activations = StoredMatrix.activations(weights, x, tokens);
        float[] scratch = new float[weights.scratchSize(tokens)];
        for (int worker = 0; worker < workers; worker++) {
            weights.multiply(worker, workers, activations, out, Epilogue.STORE, scratch);
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("packedTypes")
    void rowsAreDecodedAsTheyWereStored(DType type) {
        int cols = 2 * type.blockSize();
        byte[] stored = BlockPatterns.everyByte(type, 2);
        StoredMatrix matrix = StoredMatrix.of(type, 256, cols, stored, arena).top(250);
        try (WorkerPool pool = new WorkerPool(3);
                CpuWeights packed = pack(matrix, new Parts(matrix.stored()), pool);
                CpuWeights mapped = mapped(matrix, 1, closed -> {})) {
            for (int row = 0; row < 250; row++) {
                float[] expected = new float[cols + 3];
                type.decode(matrix.stored(), row * type.bytes(cols), expected, 3, cols);
                for (CpuWeights weights : List.of(packed, mapped)) {
                    float[] found = new float[cols + 3];
                    weights.decodeRow(row, found, 3);
                    assertArrayEquals(expected, found, "row " + row);
                }
            }
        }
    }

    /** Each worker packs into memory of just its rows' groups, so a kernel that wrote or read another size would fail. */
    @ParameterizedTest
    @MethodSource("packedTypes")
    void aGroupIsAsLargeAsItsLayoutSays(DType type) {
        PackedLayout layout = kernel(type).layout();
        int cols = PackedLayout.CHUNK + StoredMatrix.wholeBlocks(type, PackedLayout.UNIT);
        StoredMatrix matrix = StoredMatrix.random(type, PackedLayout.ROWS, cols, random, arena);
        long bytes = layout.groupBytes(cols);
        long bits = (long) cols * PackedLayout.ROWS * layout.bits();
        assertTrue(bytes * 8 > bits, "room for the quants, and for scales");
        MemorySegment group = arena.allocate(bytes, 64);
        kernel(type).newPacker().pack(matrix.stored(), 0, PackedLayout.ROWS, cols, group, 0);
        MemorySegment last = group.asSlice(bytes - layout.blockBytes());
        assertTrue(last.mismatch(arena.allocate(layout.blockBytes())) >= 0, "the last block is filled");
        float[] found = new float[cols];
        Unpacker unpacker = new Unpacker(layout, cols);
        unpacker.load(group, 0);
        unpacker.decode(PackedLayout.ROWS - 1, found, 0);
        for (int col = 0; col < cols; col++) {
            assertEquals((float) matrix.values()[(PackedLayout.ROWS - 1) * cols + col], found[col], 0);
        }
    }

    /** A part at a time, each byte once. */
    @Test
    void theSourceIsReadInParts() {
        StoredMatrix matrix = StoredMatrix.random(DType.Q8_0, 300, 16384, random, arena);
        for (int workers : new int[] {1, 3}) {
            Parts parts = new Parts(matrix.stored());
            try (WorkerPool pool = new WorkerPool(workers);
                    CpuWeights packed = pack(matrix, parts, pool)) {
                assertEquals(300, packed.rows());
            }
            assertEquals(
                    matrix.stored().byteSize(),
                    parts.lengths.stream().mapToLong(n -> n).sum());
            assertTrue(parts.lengths.stream().allMatch(n -> n <= 4 << 20), parts.lengths.toString());
            assertTrue(parts.lengths.size() >= 2);
        }
    }

    @Test
    void closingFreesTheMemoryAndIsToldOnce() {
        StoredMatrix matrix = StoredMatrix.random(DType.Q4_0, 40, 64, random, arena);
        List<CpuWeights> told = new ArrayList<>();
        try (WorkerPool pool = new WorkerPool(2)) {
            CpuWeights packed = PackedWeights.pack(
                    "blk.0.attn_q.weight",
                    matrix.shape(),
                    kernel(DType.Q4_0),
                    new Parts(matrix.stored()),
                    pool,
                    Slabs.ofWorkers(2),
                    told::add);
            CpuWeights mapped = mapped(matrix, 2, told::add);
            for (CpuWeights weights : List.of(packed, mapped)) {
                float[] x = new float[64];
                product(weights, x, 1, 2);
                weights.close();
                weights.close();
                assertSame(weights, told.removeFirst());
                assertThrows(IllegalStateException.class, () -> product(weights, x, 1, 1));
            }
            assertEquals(List.of(), told);
            assertEquals("blk.0.attn_q.weight", packed.toString());
        }
    }

    /** The failure of any worker, late in its work, reaches the caller, and what had been packed is freed. */
    @Test
    void aSourceThatFailsLeavesNothingBehind() {
        StoredMatrix matrix = StoredMatrix.random(DType.Q5_0, 520, 16384, random, arena);
        for (int workers : new int[] {1, 3}) {
            RuntimeException failure = new IllegalArgumentException("on purpose");
            Parts failing = new Parts(matrix.stored()) {
                @Override
                public void read(long offset, long length, Consumer<MemorySegment> reader) {
                    if (offset + length == matrix.stored().byteSize()) {
                        throw failure;
                    }
                    super.read(offset, length, reader);
                }
            };
            try (WorkerPool pool = new WorkerPool(workers)) {
                assertSame(failure, assertThrows(RuntimeException.class, () -> pack(matrix, failing, pool)));
                try (CpuWeights packed = pack(matrix, new Parts(matrix.stored()), pool)) {
                    assertFalse(packed.name().isEmpty(), "the workers go on");
                }
            }
        }
    }

    private static CpuWeights pack(StoredMatrix matrix, WeightSource source, WorkerPool pool) {
        return PackedWeights.pack(
                "w",
                matrix.shape(),
                kernel(matrix.type()),
                source,
                pool,
                Slabs.ofWorkers(pool.workers()),
                closed -> {});
    }

    private static CpuWeights mapped(StoredMatrix matrix, int workers, Consumer<CpuWeights> onClose) {
        return new MappedPackedWeights(
                "w", matrix.shape(), kernel(matrix.type()), matrix.stored(), workers, onClose::accept);
    }

    /** Bytes that can only be had in parts, each for a moment. */
    private static class Parts implements WeightSource {
        private final MemorySegment bytes;
        private final List<Long> lengths = new ArrayList<>();

        Parts(MemorySegment bytes) {
            this.bytes = bytes;
        }

        @Override
        public MemorySegment mapped() {
            throw new AssertionError("all of it is mapped");
        }

        @Override
        public long byteSize() {
            return bytes.byteSize();
        }

        @Override
        public void read(long offset, long length, Consumer<MemorySegment> reader) {
            synchronized (lengths) {
                lengths.add(length);
            }
            try (Arena moment = Arena.ofConfined()) {
                reader.accept(moment.allocate(length).copyFrom(bytes.asSlice(offset, length)));
            }
        }
    }
}
