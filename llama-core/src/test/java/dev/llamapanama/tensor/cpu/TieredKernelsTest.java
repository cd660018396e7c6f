// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Nobody may see by a result whether the JIT has compiled a kernel. */
class TieredKernelsTest {
    private static final int[] TOKENS = {1, 2, 5, 9, 17, 33};

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final Random random = new Random(11);
    private final Kernels vectors = new VectorKernels(Readiness.Policy.AT_ONCE);
    private final Kernels loops = new TieredKernels(Readiness.Policy.NEVER);

    @ParameterizedTest
    @EnumSource
    void productsHaveTheSameBits(DType type) {
        for (int cols : new int[] {96, 83, 2048 + 64}) {
            int width = type.blockSize() == 1 ? cols : StoredMatrix.wholeBlocks(type, cols);
            StoredMatrix matrix = StoredMatrix.random(type, 19, width, random, arena);
            for (int tokens : TOKENS) {
                float[] x = StoredMatrix.gaussians(tokens * width, random);
                for (Epilogue epilogue : Epilogue.values()) {
                    float[] expected = StoredMatrix.gaussians(tokens * 19, random);
                    float[] found = expected.clone();
                    matrix.multiply(vectors, 0, 19, x, tokens, expected, epilogue);
                    matrix.multiply(loops, 0, 19, x, tokens, found, epilogue);
                    assertArrayEquals(expected, found, type + " " + width + " × " + tokens);
                }
            }
        }
    }

    /** Infinite and missing activations, huge and tiny ones. */
    @ParameterizedTest
    @EnumSource
    void productsOfExtremesHaveTheSameBits(DType type) {
        int cols = StoredMatrix.wholeBlocks(type, 96);
        StoredMatrix matrix = StoredMatrix.random(type, 9, cols, random, arena);
        for (float extreme : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 3e38f, 1e-38f, Float.MIN_VALUE, -0f}) {
            for (int tokens : TOKENS) {
                float[] x = StoredMatrix.gaussians(tokens * cols, random);
                for (int i = 0; i < x.length; i += 1 + random.nextInt(70)) {
                    x[i] = extreme;
                }
                assertArrayEquals(matrix.multiply(vectors, x, tokens), matrix.multiply(loops, x, tokens));
            }
        }
    }

    @Test
    void theOthersHaveTheSameBits() {
        for (int n : new int[] {1, 2, 3, 7, 8, 9, 16, 31, 64, 83, 1000}) {
            float[] x = StoredMatrix.gaussians(n, random);
            float[] y = StoredMatrix.gaussians(n, random);
            for (int i = 0; i < n; i++) {
                y[i] *= 30;
            }
            assertSame(n, (kernels, out) -> kernels.rmsNorm(out, 0, y, 1e-6, out), x);
            assertSame(n, (kernels, out) -> kernels.swiGlu(y, x, out, 0, n), x);
            assertSame(n, (kernels, out) -> kernels.scale(out, 0, n, 0.3f), x);
            assertSame(n, (kernels, out) -> out[0] = kernels.max(y, 0, n), x);
            assertSame(n, (kernels, out) -> out[0] = kernels.exponentiate(out, 0, n, 2), x);
            MemorySegment halves =
                    StoredMatrix.random(DType.F16, 1, n, random, arena).stored();
            assertSame(n, (kernels, out) -> kernels.decode(DType.F16, halves, 0, 1, n, out, 0, n), x);
        }
    }

    @Test
    void smallProductsHaveTheSameBits() {
        int width = 3 * vectors.tileWidth();
        float[] panel = StoredMatrix.gaussians(37 * width, random);
        for (int tokens : new int[] {1, 4, 5, 8, 13}) {
            float[] x = StoredMatrix.gaussians(Activations.padded(tokens) * 37 + 7 * 37, random);
            float[] sums = StoredMatrix.gaussians((tokens + Activations.PADDING) * width, random);
            int n = tokens * width;
            assertSame(
                    n, (kernels, out) -> kernels.multiply(panel, 0, width, x, 0, 37, 37, tokens, out, 0, width), sums);
        }
    }

    @FunctionalInterface
    private interface Computation {
        void run(Kernels kernels, float[] out);
    }

    private void assertSame(int count, Computation computation, float[] before) {
        float[] expected = before.clone();
        float[] found = before.clone();
        computation.run(vectors, expected);
        computation.run(loops, found);
        for (int i = 0; i < count; i++) {
            assertEquals(Float.floatToRawIntBits(expected[i]), Float.floatToRawIntBits(found[i]), "element " + i);
        }
    }

    /** In the middle of a product, at any group or row. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_0", "Q6_K", "F16"})
    void aKernelMayGetReadyAtAnyMoment(DType type) {
        int cols = StoredMatrix.wholeBlocks(type, 96);
        StoredMatrix matrix = StoredMatrix.random(type, 75, cols, random, arena);
        for (int tokens : TOKENS) {
            float[] x = StoredMatrix.gaussians(tokens * cols, random);
            float[] expected = matrix.multiply(vectors, x, tokens);
            for (int questions = 0; questions < 12; questions++) {
                Kernels tiered = new TieredKernels(new ReadyAfter(questions));
                assertArrayEquals(expected, matrix.multiply(tiered, x, tokens), "after " + questions);
            }
        }
    }

    /** Kernels are ready when they have been asked so many times. */
    private record ReadyAfter(int questions) implements Readiness.Policy {
        @Override
        public Readiness of(Readiness.Urgency urgency, Supplier<Readiness.Exercise> exercise) {
            return new Readiness() {
                private int asked;

                @Override
                public boolean isReady() {
                    return asked++ >= questions;
                }

                @Override
                public void missed(long multiplications) {}

                @Override
                public void expected(long weights) {}
            };
        }
    }

    /** All that is done without a kernel is told, so that somebody can decide to warm it up. */
    @Test
    void missedWorkIsCounted() {
        List<Long> missed = new ArrayList<>();
        Readiness.Policy counting = (urgency, exercise) -> new Readiness() {
            @Override
            public boolean isReady() {
                return false;
            }

            @Override
            public void missed(long multiplications) {
                missed.add(multiplications);
            }

            @Override
            public void expected(long weights) {}
        };
        Kernels tiered = new TieredKernels(counting);
        for (DType type : List.of(DType.Q4_0, DType.BF16)) {
            StoredMatrix matrix = StoredMatrix.random(type, 32, 64, random, arena);
            missed.clear();
            matrix.multiply(tiered, StoredMatrix.gaussians(3 * 64, random), 3);
            assertTrue(missed.contains(3L * 32 * 64), missed.toString());
        }
    }
}
