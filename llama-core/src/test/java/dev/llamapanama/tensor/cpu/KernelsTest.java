// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.TypeDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The inner loops beside the matrix products, against their definitions in double precision. */
class KernelsTest {
    private static final double ULP = 0x1p-24;
    /** Where a vector begins in its array, so that a kernel that forgets the offset is found out. */
    private static final int OFFSET = 5;

    private static final float AROUND = 99;

    @AutoClose
    private final Arena arena = Arena.ofConfined();

    private final Random random = new Random(7);

    static Stream<Kernels> kernels() {
        return Stream.of(StoredMatrix.kernels());
    }

    private static IntStream sizes() {
        return IntStream.concat(IntStream.rangeClosed(1, 70), IntStream.of(127, 128, 1000, 2048 + 3));
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void rmsNorm(Kernels kernels) {
        sizes().forEach(n -> {
            float[] x = StoredMatrix.gaussians(OFFSET + n + 20, random);
            float[] weight = StoredMatrix.gaussians(n, random);
            double squares = 0;
            for (int i = OFFSET; i < OFFSET + n; i++) {
                squares += (double) x[i] * x[i];
            }
            float[] out = x.clone();
            kernels.rmsNorm(out, OFFSET, weight, 1e-5, out);
            for (int i = 0; i < out.length; i++) {
                boolean inside = OFFSET <= i && i < OFFSET + n;
                double expected = inside ? x[i] / Math.sqrt(squares / n + 1e-5) * weight[i - OFFSET] : x[i];
                assertEquals(expected, out[i], inside ? (n / 4 + 6) * ULP * Math.abs(expected) : 0);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void rmsNormOfHugeTinyAndNoValues(Kernels kernels) {
        for (float size : new float[] {1e15f, 1e-20f, 0}) {
            float[] x = new float[33];
            Arrays.fill(x, size);
            float[] weight = new float[33];
            Arrays.fill(weight, 2);
            float[] out = new float[33];
            kernels.rmsNorm(x, 0, weight, 1e-5, out);
            double expected = 2 * size / Math.sqrt((double) size * size + 1e-5);
            for (float found : out) {
                assertEquals(expected, found, 1e-6 * expected);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void swiGlu(Kernels kernels) {
        sizes().forEach(n -> {
            float[] gate = StoredMatrix.gaussians(OFFSET + n + 20, random);
            float[] up = StoredMatrix.gaussians(gate.length, random);
            for (int i = 0; i < gate.length; i++) {
                gate[i] *= 20;
            }
            float[] out = gate.clone();
            kernels.swiGlu(out, up, out, OFFSET, OFFSET + n);
            for (int i = 0; i < out.length; i++) {
                boolean inside = OFFSET <= i && i < OFFSET + n;
                double expected = inside ? gate[i] / (1 + Math.exp(-gate[i])) * up[i] : gate[i];
                assertEquals(expected, out[i], inside ? 1e-6 * Math.abs(expected) + 1e-35 : 0);
            }
        });
    }

    /** Beyond ±87 the exponential leaves the range of a float; the product must not. */
    @ParameterizedTest
    @MethodSource("kernels")
    void swiGluOfExtremeGates(Kernels kernels) {
        for (float magnitude : new float[] {0, Float.MIN_VALUE, 1e-6f, 40, 86, 87, 88, 88.5f, 89, 100, 1e4f, 1e10f}) {
            float[] gate = {magnitude, -magnitude, magnitude};
            float[] up = {3, 3, -3};
            float[] out = new float[3];
            kernels.swiGlu(gate, up, out, 0, 3);
            for (int i = 0; i < 3; i++) {
                double expected = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
                assertEquals(expected, out[i], 1e-6 * Math.abs(expected) + 1e-27, "gate " + gate[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void exponentiate(Kernels kernels) {
        sizes().forEach(n -> {
            float[] scores = StoredMatrix.gaussians(n, random);
            for (int i = 0; i < n; i++) {
                scores[i] *= 10;
            }
            assertExponentiated(kernels, scores);
        });
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void exponentiateExtremeScores(Kernels kernels) {
        for (float[] scores : new float[][] {
            {-1e30f},
            {-1e30f, -1e30f, -1e30f},
            {1e30f, 1e30f},
            {0, -1e30f, -1e30f, 0},
            {1e30f, 0, -1e30f},
            {-Float.MAX_VALUE, Float.MAX_VALUE},
            {0, -87, -88, -89, -103, -104, -200},
            {0, -0f}
        }) {
            assertExponentiated(kernels, scores);
        }
        float[] equal = new float[1000];
        Arrays.fill(equal, 17.25f);
        assertExponentiated(kernels, equal);
    }

    private static void assertExponentiated(Kernels kernels, float[] scores) {
        float[] found = surrounded(scores);
        float max = kernels.max(found, OFFSET, scores.length);
        assertEquals(
                IntStream.range(0, scores.length)
                        .mapToDouble(i -> scores[i])
                        .max()
                        .orElseThrow(),
                max);
        float sum = kernels.exponentiate(found, OFFSET, scores.length, max);
        double expectedSum = 0;
        for (int i = 0; i < found.length; i++) {
            if (i < OFFSET || i >= OFFSET + scores.length) {
                assertEquals(AROUND, found[i]);
                continue;
            }
            double below = (double) max - scores[i - OFFSET];
            double expected = Math.exp(-below);
            expectedSum += expected;
            // A difference of scores is rounded before it is exponentiated.
            double error = (2e-6 + 2 * ULP * Math.min(100, below)) * expected + 2e-38;
            assertEquals(expected, found[i], error, () -> "scores " + Arrays.toString(scores));
        }
        assertEquals(expectedSum, sum, (scores.length * ULP + 1e-5) * expectedSum);
    }

    /** The elements between others that are none of the kernel's business. */
    private static float[] surrounded(float[] elements) {
        float[] all = new float[OFFSET + elements.length + 20];
        Arrays.fill(all, AROUND);
        System.arraycopy(elements, 0, all, OFFSET, elements.length);
        return all;
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void maxOfNegativeElements(Kernels kernels) {
        sizes().forEach(n -> {
            float[] x = new float[n];
            for (int largest : new int[] {0, n / 2, n - 1}) {
                Arrays.fill(x, -7);
                x[largest] = -6.5f;
                assertEquals(-6.5f, kernels.max(surrounded(x), OFFSET, n));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scale(Kernels kernels) {
        sizes().forEach(n -> {
            float[] x = StoredMatrix.gaussians(n, random);
            float[] found = surrounded(x);
            kernels.scale(found, OFFSET, n, 0.3f);
            for (int i = 0; i < n; i++) {
                x[i] *= 0.3f;
            }
            assertArrayEquals(surrounded(x), found);
        });
    }

    /** From the smallest normal half to the largest, all that a page may hold. */
    @ParameterizedTest
    @MethodSource("kernels")
    void decodesEveryHalf(Kernels kernels) {
        for (int first : new int[] {0, 0x400, 0x8000, 0x8400}) {
            int last = first % 0x8000 == 0 ? first : first + 0x77ff;
            int count = last - first + 1;
            MemorySegment halves = arena.allocate(2L * count + 2);
            for (int i = 0; i < count; i++) {
                halves.set(ValueLayout.JAVA_SHORT, 2L * i + 2, (short) (first + i));
            }
            float[] found = new float[OFFSET + count];
            kernels.decode(DType.F16, halves, 2, 1, count, found, OFFSET, count);
            for (int i = 0; i < count; i++) {
                double expected = TypeDefinition.binary((short) (first + i), 5, 10);
                assertEquals(expected, found[OFFSET + i], "half " + (first + i));
            }
        }
    }

    /** Rows as long as whole vectors of any machine, and others. */
    @ParameterizedTest
    @MethodSource("kernels")
    void decodesRowsToWhereTheyBelong(Kernels kernels) {
        for (DType type : new DType[] {DType.F16, DType.F32}) {
            for (int count : new int[] {6, 16, 64, 100}) {
                StoredMatrix stored = StoredMatrix.random(type, 5, count, random, arena);
                MemorySegment aligned =
                        arena.allocate(stored.stored().byteSize(), 64).copyFrom(stored.stored());
                int stride = count + 9;
                float[] expected = new float[5 * stride];
                float[] found = new float[5 * stride];
                Arrays.fill(expected, AROUND);
                Arrays.fill(found, AROUND);
                for (int i = 0; i < 5 * count; i++) {
                    expected[3 + i / count * stride + i % count] = (float) stored.values()[i];
                }
                kernels.decode(type, aligned, 0, 5, count, found, 3, stride);
                assertArrayEquals(expected, found);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void decodesAnyNumberOfElements(Kernels kernels) {
        for (DType type : new DType[] {DType.F16, DType.F32}) {
            sizes().forEach(n -> {
                StoredMatrix stored = StoredMatrix.random(type, 1, n + 3, random, arena);
                MemorySegment aligned =
                        arena.allocate(stored.stored().byteSize(), 64).copyFrom(stored.stored());
                float[] found = surrounded(new float[n]);
                kernels.decode(type, aligned, type.bytes(3), 1, n, found, OFFSET, n);
                float[] expected = new float[n];
                for (int i = 0; i < n; i++) {
                    expected[i] = (float) stored.values()[3 + i];
                }
                assertArrayEquals(surrounded(expected), found);
            });
        }
    }

    /** Sums of a row for each token; what stands behind the tokens is read and must not come through. */
    @ParameterizedTest
    @MethodSource("kernels")
    void smallProducts(Kernels kernels) {
        for (int cols : new int[] {1, 2, 3, 16, 31, 130}) {
            for (int tokens : new int[] {1, 2, 3, 4, 5, 7, 8, 9, 17, 64}) {
                for (int tiles = 1; tiles <= 3; tiles++) {
                    assertProduct(kernels, cols, tokens, tiles * kernels.tileWidth());
                }
            }
        }
    }

    private void assertProduct(Kernels kernels, int cols, int tokens, int width) {
        int stride = width + 3;
        int xs = cols + 2;
        int room = Math.ceilDiv(tokens, Activations.PADDING) * Activations.PADDING;
        float[] panel = StoredMatrix.gaussians(OFFSET + cols * stride, random);
        float[] x = StoredMatrix.gaussians(OFFSET + room * xs, random);
        Arrays.fill(x, OFFSET + tokens * xs, x.length, Float.NaN);
        float[] before = StoredMatrix.gaussians(OFFSET + room * width, random);
        float[] sums = before.clone();
        kernels.multiply(panel, OFFSET, stride, x, OFFSET, xs, cols, tokens, sums, OFFSET, width);
        for (int i = 0; i < OFFSET + tokens * width; i++) {
            int token = Math.floorDiv(i - OFFSET, width);
            double expected = before[i];
            double size = Math.abs(before[i]);
            for (int col = 0; i >= OFFSET && col < cols; col++) {
                double product =
                        (double) x[OFFSET + token * xs + col] * panel[OFFSET + col * stride + (i - OFFSET) % width];
                expected += product;
                size += Math.abs(product);
            }
            assertEquals(expected, sums[i], i < OFFSET ? 0 : (cols + 2) * ULP * size);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void halvesThatAreNoNumbersStayNone(Kernels kernels) {
        MemorySegment halves = arena.allocate(2 * 37L, 64);
        for (int i = 0; i < 37; i++) {
            short half = Float.floatToFloat16(i % 3 == 0 ? Float.NaN : 65504f * (1 - i % 2 * 2));
            halves.setAtIndex(ValueLayout.JAVA_SHORT, i, half);
        }
        float[] decoded = new float[37];
        kernels.decode(DType.F16, halves, 0, 1, 37, decoded, 0, 37);
        for (int i = 0; i < 37; i++) {
            assertEquals(i % 3 == 0 ? Float.NaN : 65504f * (1 - i % 2 * 2), decoded[i]);
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void goldenNumbers(Kernels kernels) {
        float[] normed = new float[4];
        kernels.rmsNorm(new float[] {1, -2, 3, 4}, 0, new float[] {1, 0.5f, 2, 1}, 1e-5, normed);
        assertClose(new double[] {0.365148128, -0.365148128, 2.19088877, 1.46059251}, normed, 2e-7);
        float[] gated = new float[4];
        kernels.swiGlu(new float[] {-1, 0, 1, 2}, new float[] {1, 2, 3, -4}, gated, 0, 4);
        assertClose(new double[] {-0.268941421, 0, 2.19317574, -7.04637662}, gated, 5e-7);
    }
}
