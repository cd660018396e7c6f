// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Products of plain weights and a few tokens: a chunk of four rows is decoded and multiplied with all tokens, in tiles of 4 × 2, whose eight
 * sums hide the latency of the FMA. A product is one vector of sums over ascending columns, as in the kernels for one token.
 */
final class DenseProduct extends DecodedProduct {
    private static final int ROWS = 4;
    /** Columns that are decoded at a time, a multiple of every block and width: the first cache holds them and the tokens. */
    private static final int CHUNK = 2048;

    DenseProduct(VectorMatrixKernel kernel, StoredWeights w, Activations x, float[] out, boolean add, float[] scratch) {
        super(kernel, w, x, out, add, scratch, ROWS, CHUNK);
    }

    /** Decoded rows, then the sums {@code [token][row][lane]}. */
    static int scratchSize(int tokens) {
        return ROWS * CHUNK + (tokens + 1) * ROWS * COUNT;
    }

    @Override
    int sumsStart() {
        return ROWS * CHUNK;
    }

    @Override
    int sumsEnd() {
        return scratchSize(x.tokens());
    }

    @Override
    void finish(int row, int rows) {
        for (int token = 0; token < x.tokens(); token++) {
            for (int r = 0; r < rows; r++) {
                store(row + r, token, Lanes.fold(scratch, sums(token) + r * COUNT));
            }
        }
    }

    /** An odd last token is its own neighbour. */
    @Override
    void multiplyChunk(int rows, int chunk, int count) {
        for (int token = 0; token < x.tokens(); token += 2) {
            int first = token * cols + chunk;
            int second = token + 1 < x.tokens() ? first + cols : first;
            fourByTwo(scratch, count, x.values(), first, second, sums(token));
        }
    }

    private static int sums(int token) {
        return ROWS * CHUNK + token * ROWS * COUNT;
    }

    /** @param s decoded rows and sums */
    private static void fourByTwo(float[] s, int count, float[] x, int first, int second, int to) {
        FloatVector s00 = FloatVector.fromArray(FLOATS, s, to);
        FloatVector s10 = FloatVector.fromArray(FLOATS, s, to + COUNT);
        FloatVector s20 = FloatVector.fromArray(FLOATS, s, to + 2 * COUNT);
        FloatVector s30 = FloatVector.fromArray(FLOATS, s, to + 3 * COUNT);
        FloatVector s01 = FloatVector.fromArray(FLOATS, s, to + 4 * COUNT);
        FloatVector s11 = FloatVector.fromArray(FLOATS, s, to + 5 * COUNT);
        FloatVector s21 = FloatVector.fromArray(FLOATS, s, to + 6 * COUNT);
        FloatVector s31 = FloatVector.fromArray(FLOATS, s, to + 7 * COUNT);
        for (int i = 0; i < count; i += COUNT) {
            FloatVector x0 = FloatVector.fromArray(FLOATS, x, first + i);
            FloatVector x1 = FloatVector.fromArray(FLOATS, x, second + i);
            FloatVector w0 = FloatVector.fromArray(FLOATS, s, i);
            s00 = w0.fma(x0, s00);
            s01 = w0.fma(x1, s01);
            FloatVector w1 = FloatVector.fromArray(FLOATS, s, CHUNK + i);
            s10 = w1.fma(x0, s10);
            s11 = w1.fma(x1, s11);
            FloatVector w2 = FloatVector.fromArray(FLOATS, s, 2 * CHUNK + i);
            s20 = w2.fma(x0, s20);
            s21 = w2.fma(x1, s21);
            FloatVector w3 = FloatVector.fromArray(FLOATS, s, 3 * CHUNK + i);
            s30 = w3.fma(x0, s30);
            s31 = w3.fma(x1, s31);
        }
        s00.intoArray(s, to);
        s10.intoArray(s, to + COUNT);
        s20.intoArray(s, to + 2 * COUNT);
        s30.intoArray(s, to + 3 * COUNT);
        s01.intoArray(s, to + 4 * COUNT);
        s11.intoArray(s, to + 5 * COUNT);
        s21.intoArray(s, to + 6 * COUNT);
        s31.intoArray(s, to + 7 * COUNT);
    }
}
