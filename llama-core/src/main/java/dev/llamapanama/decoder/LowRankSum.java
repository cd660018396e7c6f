// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What several adapters add to one matrix, as one pair in F32: {@code Σ scaleᵢ · Bᵢ · Aᵢ = [scale₁ · B₁, scale₂ · B₂, …] · [A₁; A₂; …]}.
 *
 * @param weight name of the tensor
 * @param expert which of the matrices that are stacked in it
 * @param rank sum of the ranks
 * @param a {@code [rank, inputs]}; of the embedding table {@code [vocabulary, rank]}
 * @param b {@code [outputs, rank]}, scaled
 */
record LowRankSum(String weight, int expert, int rank, MemorySegment a, MemorySegment b) {
    private static final int ALIGNMENT = 64;

    /**
     * Reads the matrices.
     *
     * @param experts how many are stacked
     * @param arena of the result
     * @throws CheckpointException if a number isn't finite, or isn't when scaled
     */
    static LowRankSum of(List<StoredAdapter> adapters, String weight, int expert, int experts, Arena arena) {
        Reader reader = new Reader(adapters, weight, expert, experts);
        boolean embedding = weight.equals(StoredAdapter.EMBEDDING);
        return new LowRankSum(
                weight,
                expert,
                reader.rank,
                embedding ? reader.joined(true, arena) : reader.stacked(arena),
                reader.joined(false, arena));
    }

    Shape shapeOfA() {
        return weight.equals(StoredAdapter.EMBEDDING) ? shape(a, rank) : new Shape(rank, floats(a) / rank);
    }

    Shape shapeOfB() {
        return shape(b, rank);
    }

    private static Shape shape(MemorySegment matrix, long cols) {
        return new Shape(floats(matrix) / cols, cols);
    }

    private static long floats(MemorySegment matrix) {
        return matrix.byteSize() / Float.BYTES;
    }

    /** Puts the matrices of all adapters that have a pair for the weight together. */
    private static final class Reader {
        private final List<Part> parts = new ArrayList<>();
        private final int expert;
        private final int experts;
        private final int rank;

        private record Part(Path file, LowRank pair) {}

        Reader(List<StoredAdapter> adapters, String weight, int expert, int experts) {
            this.expert = expert;
            this.experts = experts;
            int sum = 0;
            for (StoredAdapter adapter : adapters) {
                LowRank pair = adapter.pairs().get(weight);
                if (pair != null) {
                    parts.add(new Part(adapter.path(), pair));
                    sum += pair.rank();
                }
            }
            rank = sum;
        }

        /** One below the other. */
        MemorySegment stacked(Arena arena) {
            long cols = parts.getFirst().pair.a().shape().cols();
            MemorySegment all = allocate(arena, rank, cols);
            long row = 0;
            for (Part part : parts) {
                long first = (long) expert * part.pair.rank();
                for (int i = 0; i < part.pair.rank(); i++) {
                    copy(part, part.pair.a(), first + i, 1, all, row++ * cols);
                }
            }
            return all;
        }

        /** One beside the other. */
        MemorySegment joined(boolean tables, Arena arena) {
            CheckpointTensor one =
                    tables ? parts.getFirst().pair.a() : parts.getFirst().pair.b();
            long rows = one.shape().rows() / experts;
            MemorySegment all = allocate(arena, rows, rank);
            long start = 0;
            for (Part part : parts) {
                CheckpointTensor matrix = tables ? part.pair.a() : part.pair.b();
                double scale = tables ? 1 : part.pair.scale();
                for (long row = 0; row < rows; row++) {
                    copy(part, matrix, expert * rows + row, scale, all, row * rank + start);
                }
                start += matrix.shape().cols();
            }
            return all;
        }

        private static MemorySegment allocate(Arena arena, long rows, long cols) {
            return arena.allocate(DType.F32.bytes(rows * cols), ALIGNMENT);
        }

        /**
         * @param to index of the first element
         */
        private static void copy(
                Part part, CheckpointTensor matrix, long row, double scale, MemorySegment target, long to) {
            float[] values = new float[Math.toIntExact(matrix.shape().cols())];
            matrix.decodeRow(row, values);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (scale * values[i]);
                if (!Float.isFinite(values[i])) {
                    throw new CheckpointException(
                            part.file, matrix.name(), values[i] + " in row " + row, "finite numbers, also when scaled");
                }
            }
            MemorySegment.copy(values, 0, target, Little.FLOAT, to * Float.BYTES, values.length);
        }
    }
}
