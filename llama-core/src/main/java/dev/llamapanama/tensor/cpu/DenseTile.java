// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/** Up to four decoded rows times all tokens of a step: tiles of 4 × 2, whose eight sums hide the latency of the FMA. */
final class DenseTile {
    /** Sums of a tile, kept behind the decoded rows. */
    static final int SUMS = 8 * Lanes.COUNT;

    private DenseTile() {}

    /**
     * @param w decoded rows {@code [4][cols]}, then {@link #SUMS} elements of scratch
     * @param row index of the first of them in the output
     * @param stride elements of an output row
     */
    static void multiply(
            float[] w, int rows, int cols, float[] x, int tokens, float[] out, int row, int stride, boolean add) {
        int sums = 4 * cols;
        int t = 0;
        if (rows == 4) {
            for (; t + 2 <= tokens; t += 2) {
                fourByTwo(w, cols, x, t * cols);
                for (int r = 0; r < 4; r++) {
                    for (int c = 0; c < 2; c++) {
                        int at = sums + (2 * r + c) * Lanes.COUNT;
                        float dot = finish(w, r * cols, x, (t + c) * cols, cols, at);
                        VectorMatrixKernel.store(out, (t + c) * stride + row + r, dot, add);
                    }
                }
            }
        }
        for (; t < tokens; t++) {
            for (int r = 0; r < rows; r++) {
                oneByOne(w, r * cols, cols, x, t * cols, sums);
                float dot = finish(w, r * cols, x, t * cols, cols, sums);
                VectorMatrixKernel.store(out, t * stride + row + r, dot, add);
            }
        }
    }

    private static float finish(float[] w, int wo, float[] x, int xo, int cols, int sums) {
        float sum = Lanes.fold(w, sums);
        for (int i = FLOATS.loopBound(cols); i < cols; i++) {
            sum = Math.fma(w[wo + i], x[xo + i], sum);
        }
        return sum;
    }

    private static void oneByOne(float[] w, int wo, int cols, float[] x, int xo, int sums) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int i = 0; i < FLOATS.loopBound(cols); i += FLOATS.length()) {
            sum = FloatVector.fromArray(FLOATS, w, wo + i).fma(FloatVector.fromArray(FLOATS, x, xo + i), sum);
        }
        sum.intoArray(w, sums);
    }

    private static void fourByTwo(float[] w, int cols, float[] x, int xo) {
        FloatVector s00 = FloatVector.zero(FLOATS);
        FloatVector s01 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        for (int i = 0; i < FLOATS.loopBound(cols); i += FLOATS.length()) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, xo + i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, xo + cols + i);
            FloatVector w0 = FloatVector.fromArray(FLOATS, w, i);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            FloatVector w1 = FloatVector.fromArray(FLOATS, w, cols + i);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            FloatVector w2 = FloatVector.fromArray(FLOATS, w, 2 * cols + i);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            FloatVector w3 = FloatVector.fromArray(FLOATS, w, 3 * cols + i);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
        }
        int sums = 4 * cols;
        s00.intoArray(w, sums);
        s01.intoArray(w, sums + FLOATS.length());
        s10.intoArray(w, sums + 2 * FLOATS.length());
        s11.intoArray(w, sums + 3 * FLOATS.length());
        s20.intoArray(w, sums + 4 * FLOATS.length());
        s21.intoArray(w, sums + 5 * FLOATS.length());
        s30.intoArray(w, sums + 6 * FLOATS.length());
        s31.intoArray(w, sums + 7 * FLOATS.length());
    }
}
