// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.Arrays;

/** Products of plain weights and several tokens: a part of a few rows is decoded as it is stored and multiplied with all tokens. */
abstract class DecodedProduct {
    final Activations x;
    final float[] scratch;
    final int cols;

    private final VectorMatrixKernel kernel;
    private final StoredWeights w;
    private final float[] out;
    private final boolean add;
    private final int rowsTogether;
    private final int chunkColumns;

    /**
     * @param scratch decoded rows, then sums
     * @param rowsTogether rows that are decoded at a time
     * @param chunkColumns columns of them, a multiple of every block and width
     */
    DecodedProduct(
            VectorMatrixKernel kernel,
            StoredWeights w,
            Activations x,
            float[] out,
            boolean add,
            float[] scratch,
            int rowsTogether,
            int chunkColumns) {
        this.kernel = kernel;
        this.w = w;
        this.x = x;
        this.out = out;
        this.add = add;
        this.scratch = scratch;
        this.rowsTogether = rowsTogether;
        this.chunkColumns = chunkColumns;
        cols = w.cols();
    }

    /** Multiplies the decoded part of so many rows with all tokens. */
    abstract void multiplyChunk(int rows, int chunk, int count);

    /** Hands the sums of so many rows to {@link #store}. */
    abstract void finish(int row, int rows);

    /** Where the sums begin, behind the decoded rows. */
    abstract int sumsStart();

    /** Behind the last sum. */
    abstract int sumsEnd();

    final void multiply(int from, int to) {
        int whole = kernel.arrangement().whole(cols);
        for (int row = from; row < to; row += rowsTogether) {
            int rows = Math.min(rowsTogether, to - row);
            Arrays.fill(scratch, sumsStart(), sumsEnd(), 0);
            for (int chunk = 0; chunk < whole; chunk += chunkColumns) {
                int count = Math.min(chunkColumns, whole - chunk);
                for (int r = 0; r < rows; r++) {
                    kernel.decode(w, row + r, chunk, count, scratch, r * chunkColumns);
                }
                multiplyChunk(rows, chunk, count);
            }
            finish(row, rows);
        }
    }

    /** Stores the product of which this is the sum over whole vectors. */
    final void store(int row, int token, float sum) {
        float product = kernel.product(w, row, x.values(), token * cols, sum);
        VectorMatrixKernel.store(out, token * w.rows() + row, product, add);
    }
}
