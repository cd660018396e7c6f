// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import java.lang.foreign.MemorySegment;

/**
 * The frame of all vector kernels. One token: rows are multiplied as they are stored, four at a time taken from four places
 * 16 rows apart, because memory delivers four far streams faster than one. Several tokens: four rows are decoded once and
 * multiplied with all of them; of many tokens see {@link PlainProduct}. In any case a product is one vector of sums over ascending columns, folded at the end, so that
 * its bits don't depend on the company it is computed in.
 */
abstract class VectorMatrixKernel implements MatrixKernel {
    private static final Transposition TRANSPOSITION = new Transposition();
    private static final int STREAMS = 4;
    private static final int DISTANCE = 16;

    /**
     * Writes to {@code sums[r · COUNT …]} the vector of sums of {@code x} and the row at {@code offset + r · step}, for four rows.
     * Columns beyond the last whole vector are left to {@link #tail}.
     */
    abstract void four(MemorySegment w, long offset, long step, float[] x, int cols, float[] sums);

    /** Decodes so many elements of a row, from a column on. */
    abstract void decode(StoredWeights w, int row, int from, int count, float[] target, int start);

    @Override
    public final Preparation preparation() {
        return TRANSPOSITION;
    }

    @Override
    public final int scratchSize(int cols, int tokens) {
        return TRANSPOSITION.isNeeded(tokens) ? PlainProduct.scratchSize(tokens) : STREAMS * cols + DenseTile.SUMS;
    }

    @Override
    public final void multiply(
            StoredWeights w, int from, int to, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        boolean add = epilogue == Epilogue.ADD;
        if (x.tokens() == 1) {
            matVec(w, from, to, x.values(), out, add, scratch);
        } else if (TRANSPOSITION.isNeeded(x.tokens())) {
            new PlainProduct(this, w, x, out, add, scratch).multiply(from, to);
        } else {
            matMul(w, from, to, x.values(), x.tokens(), out, add, scratch);
        }
    }

    private void matVec(StoredWeights w, int from, int to, float[] x, float[] out, boolean add, float[] sums) {
        int row = from;
        for (; row + STREAMS * DISTANCE <= to; row += STREAMS * DISTANCE) {
            for (int i = row; i < row + DISTANCE; i++) {
                rows(w, i, DISTANCE, STREAMS, x, out, add, sums);
            }
        }
        for (; row + STREAMS <= to; row += STREAMS) {
            rows(w, row, 1, STREAMS, x, out, add, sums);
        }
        for (; row < to; row++) {
            rows(w, row, 0, 1, x, out, add, sums);
        }
    }

    /** Four rows, of which the first {@code count} are wanted; with a distance of 0 they are all the same. */
    private void rows(
            StoredWeights w, int row, int distance, int count, float[] x, float[] out, boolean add, float[] sums) {
        long rowBytes = w.rowBytes();
        four(w.data(), row * rowBytes, distance * rowBytes, x, w.cols(), sums);
        for (int r = 0; r < count; r++) {
            int at = row + r * distance;
            store(out, at, finish(w, at, x, sums, r), add);
        }
    }

    private float finish(StoredWeights w, int row, float[] x, float[] sums, int r) {
        float sum = Lanes.fold(sums, r * Lanes.COUNT);
        int cols = w.cols();
        int whole = Lanes.FLOATS.loopBound(cols);
        return whole == cols ? sum : tail(w, row, whole, x, 0, sum);
    }

    /** Adds the products of the last columns; only plain types have rows that don't fill whole vectors. */
    static float tail(StoredWeights w, int row, int whole, float[] x, int xo, float sum) {
        int rest = w.cols() - whole;
        float[] last = new float[rest];
        w.type().decode(w.data(), row * w.rowBytes() + w.type().bytes(whole), last, 0, rest);
        for (int i = 0; i < rest; i++) {
            sum = Math.fma(last[i], x[xo + whole + i], sum);
        }
        return sum;
    }

    private void matMul(
            StoredWeights w, int from, int to, float[] x, int tokens, float[] out, boolean add, float[] scratch) {
        int cols = w.cols();
        for (int row = from; row < to; row += STREAMS) {
            int rows = Math.min(STREAMS, to - row);
            for (int r = 0; r < rows; r++) {
                decode(w, row + r, 0, cols, scratch, r * cols);
            }
            DenseTile.multiply(scratch, rows, cols, x, tokens, out, row, w.rows(), add);
        }
    }

    static void store(float[] out, int at, float value, boolean add) {
        out[at] = add ? out[at] + value : value;
    }
}
