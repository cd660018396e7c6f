// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;
import static org.junit.jupiter.api.Assertions.assertEquals;

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
    void softmax(Kernels kernels) {
        sizes().forEach(n -> {
            float[] scores = StoredMatrix.gaussians(n, random);
            for (int i = 0; i < n; i++) {
                scores[i] *= 10;
            }
            assertSoftmax(kernels, scores);
        });
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void softmaxOfExtremeScores(Kernels kernels) {
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
            assertSoftmax(kernels, scores);
        }
        float[] equal = new float[1000];
        Arrays.fill(equal, 17.25f);
        assertSoftmax(kernels, equal);
    }

    private static void assertSoftmax(Kernels kernels, float[] scores) {
        float max = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            max = Math.max(max, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp((double) score - max);
        }
        float[] p = new float[OFFSET + scores.length + 20];
        Arrays.fill(p, 99);
        System.arraycopy(scores, 0, p, OFFSET, scores.length);
        kernels.softmax(p, OFFSET, scores.length);
        for (int i = 0; i < p.length; i++) {
            boolean inside = OFFSET <= i && i < OFFSET + scores.length;
            double expected = inside ? Math.exp((double) scores[i - OFFSET] - max) / sum : 99;
            // A difference of scores is rounded before it is exponentiated.
            double error = inside ? (2e-6 + 2 * ULP * Math.min(100, max - scores[i - OFFSET])) * expected + 2e-38 : 0;
            assertEquals(expected, p[i], error, () -> "scores " + Arrays.toString(scores));
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void scoresOfAPage(Kernels kernels) {
        for (int headDim = 2; headDim <= 128; headDim += 2) {
            float[] q = StoredMatrix.gaussians(OFFSET + headDim, random);
            float[] keys = StoredMatrix.gaussians(headDim * PAGE_TOKENS, random);
            float[] scores = new float[OFFSET + PAGE_TOKENS + 20];
            kernels.scores(q, OFFSET, page(keys), 64, headDim, 0.25f, scores, OFFSET);
            for (int j = 0; j < scores.length - OFFSET; j++) {
                double expected = 0;
                double size = 0;
                for (int d = 0; j < PAGE_TOKENS && d < headDim; d++) {
                    double product = 0.25 * q[OFFSET + d] * keys[d * PAGE_TOKENS + j];
                    expected += product;
                    size += Math.abs(product);
                }
                assertEquals(expected, scores[OFFSET + j], (headDim + 2) * ULP * size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void mixOfAPage(Kernels kernels) {
        for (int headDim = 2; headDim <= 130; headDim += 2) {
            for (int count : new int[] {1, 2, 15, 16}) {
                float[] p = StoredMatrix.gaussians(OFFSET + count, random);
                float[] values = StoredMatrix.gaussians(headDim * PAGE_TOKENS, random);
                float[] before = StoredMatrix.gaussians(OFFSET + headDim + 20, random);
                float[] out = before.clone();
                kernels.mix(p, OFFSET, page(values), 64, headDim, count, out, OFFSET);
                for (int i = 0; i < out.length; i++) {
                    boolean inside = OFFSET <= i && i < OFFSET + headDim;
                    double expected = before[i];
                    double size = Math.abs(before[i]);
                    for (int j = 0; inside && j < count; j++) {
                        double product = p[OFFSET + j] * (double) values[j * headDim + i - OFFSET];
                        expected += product;
                        size += Math.abs(product);
                    }
                    assertEquals(expected, out[i], inside ? (count + 2) * ULP * size : 0);
                }
            }
        }
    }

    /** Memory of a page that begins 64 bytes before the values. */
    private MemorySegment page(float[] values) {
        MemorySegment page = arena.allocate(64 + 4L * values.length, 64);
        MemorySegment.copy(values, 0, page, ValueLayout.JAVA_FLOAT, 64, values.length);
        return page;
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
