// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mixtures of experts in every format against double precision. The last expert consists of numbers that aren't any: rows choose it with weight
 * 0 at most, so that nothing of it must be read.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaExpertsTest {
    private static final int EXPERTS = 6;
    private static final int POISONED = EXPERTS - 1;
    /** More than one tile of any kernel. */
    private static final int MOST = 70;
    /** Its sigmoid is 0 in F32. */
    private static final float NEVER = -200;

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(11);
    private final Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);

    @AfterAll
    void close() {
        backend.close();
        arena.close();
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 67, 35",
        "F16, 67, 35",
        "F16, 64, 128",
        "BF16, 36, 70",
        "BF16, 128, 64",
        "Q8_0, 96, 32",
        "Q8_0, 64, 192",
        "Q4_0, 32, 96",
        "Q4_0, 128, 64",
        "Q4_K, 256, 512",
        "Q6_K, 512, 256"
    })
    void rowsGetWhatTheirExpertsSay(DType type, int dim, int hidden) {
        try (Experts experts = new Experts(type, dim, hidden)) {
            for (int perToken = 1; perToken <= 2; perToken++) {
                for (int tokens : new int[] {1, 9, MOST}) {
                    experts.check(perToken, MOST, rows(tokens, dim, row -> row * 5 / 2 % (POISONED - 1)));
                }
                experts.check(perToken, 37, rows(37, dim, row -> 1));
                experts.check(perToken, MOST, rows(33, dim, row -> row % 3 == 0 ? POISONED : row % POISONED));
                experts.check(perToken, 1, rows(1, dim, row -> POISONED));
            }
        }
    }

    /** A row has the bits in company that it has alone, up to where tensor cores begin. */
    @ParameterizedTest
    @CsvSource({"F16", "Q8_0", "Q4_K"})
    void companyDoesNotMatter(DType type) {
        try (Experts experts = new Experts(type, 256, 256)) {
            float[][] rows = rows(8, 256, row -> row % 3);
            float[] together = experts.run(2, MOST, rows);
            for (int row = 0; row < rows.length; row++) {
                float[] alone = experts.run(2, 1, new float[][] {rows[row]});
                assertArrayEquals(Arrays.copyOfRange(together, row * 256, (row + 1) * 256), alone, "row " + row);
            }
        }
    }

    /** As when a matrix doesn't fit halves and became floats. */
    @Test
    void expertsOfSeveralFormatsAreComposed() {
        Experts experts = new Experts(DType.F16, 32, 64);
        Experts others = new Experts(DType.F32, 32, 64);
        try (experts;
                others) {
            for (int e : new int[] {2, POISONED}) {
                experts.imported.set(e, others.imported.get(2));
                experts.stored.set(e, others.stored.get(2));
            }
            experts.check(2, 5, rows(5, 32, row -> row % 4));
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        try (Experts experts = new Experts(DType.F32, 32, 64)) {
            float[][] rows = rows(3, 32, row -> 0);
            assertThrows(IllegalArgumentException.class, () -> experts.run(0, 3, rows));
            assertThrows(IllegalArgumentException.class, () -> experts.run(EXPERTS + 1, 3, rows));
            Weights narrow = experts.imported.getFirst().down();
            experts.imported.replaceAll(expert -> new SwiGlu(narrow, expert.up(), expert.down()));
            assertThrows(IllegalArgumentException.class, () -> experts.run(1, 3, rows));
        }
    }

    /** Rows that choose an expert first and the one after it second, by their first elements; a row that chooses the last, as if not at all. */
    private float[][] rows(int count, int dim, IntUnaryOperator expertOf) {
        float[][] rows = new float[count][dim];
        for (int r = 0; r < count; r++) {
            for (int i = EXPERTS; i < dim; i++) {
                rows[r][i] = (float) random.nextGaussian();
            }
            int expert = expertOf.applyAsInt(r);
            Arrays.fill(rows[r], 0, EXPERTS, 2 * NEVER);
            if (expert == POISONED) {
                rows[r][POISONED] = NEVER;
            } else {
                rows[r][expert] = 1 + random.nextFloat();
                rows[r][(expert + 1) % POISONED] = random.nextFloat();
            }
        }
        return rows;
    }

    /** Experts, and a router that finds the logits in the first elements of a row. */
    private final class Experts implements AutoCloseable {
        private final int dim;
        private final List<Weights> all = new ArrayList<>();
        private final List<MixtureOracle.Expert> stored = new ArrayList<>();
        private final List<SwiGlu> imported = new ArrayList<>();
        private final Weights router;

        Experts(DType type, int dim, int hidden) {
            this.dim = dim;
            float[] unit = new float[EXPERTS * dim];
            for (int e = 0; e < EXPERTS; e++) {
                unit[e * dim + e] = 1;
            }
            router = imported(StoredMatrix.of(arena, DType.F32, new Shape(EXPERTS, dim), unit));
            for (int e = 0; e < EXPERTS; e++) {
                StoredMatrix gate = matrix(type, hidden, dim);
                StoredMatrix up = matrix(type, hidden, dim);
                StoredMatrix down = matrix(type, dim, hidden);
                if (e == POISONED) {
                    for (StoredMatrix each : List.of(gate, up, down)) {
                        each.stored().fill((byte) 0xff);
                    }
                }
                stored.add(new MixtureOracle.Expert(gate, up, down));
                imported.add(new SwiGlu(imported(gate), imported(up), imported(down)));
            }
        }

        private StoredMatrix matrix(DType type, int rows, int cols) {
            float[] values = new float[rows * cols];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() / Math.sqrt(cols));
            }
            return StoredMatrix.of(arena, type, new Shape(rows, cols), values);
        }

        private Weights imported(StoredMatrix matrix) {
            all.add(matrix.imported(backend, WeightUse.PRODUCT));
            return all.getLast();
        }

        float[] run(int perToken, int mostTokens, float[][] rows) {
            float[] flat = new float[rows.length * dim];
            for (int r = 0; r < rows.length; r++) {
                System.arraycopy(rows[r], 0, flat, r * dim, dim);
            }
            StoredMatrix table = new StoredMatrix(
                    DType.F32, new Shape(rows.length, dim), MemorySegment.ofArray(flat), new double[0]);
            try (Weights inputs = table.imported(backend, WeightUse.ROWS)) {
                int[] ids = IntStream.range(0, rows.length).toArray();
                return new SingleStep(backend, mostTokens).run(inputs, ids, (ops, x) -> {
                    Tensor out = ops.temp(Tensor.Rows.TOKENS, dim);
                    ops.embed(inputs, out);
                    ops.moe(x, router, imported, perToken, out);
                    return out;
                });
            }
        }

        void check(int perToken, int mostTokens, float[][] rows) {
            float[] found = run(perToken, mostTokens, rows);
            MixtureOracle oracle = new MixtureOracle(stored, perToken);
            for (int r = 0; r < rows.length; r++) {
                MixtureOracle.Bounded expected = oracle.of(rows[r]);
                for (int i = 0; i < dim; i++) {
                    assertEquals(
                            expected.value(i),
                            found[r * dim + i],
                            expected.bound(i),
                            "element " + i + " of row " + r + " of " + rows.length + ", " + perToken + " experts");
                }
            }
        }

        @Override
        public void close() {
            all.forEach(Weights::close);
        }
    }
}
