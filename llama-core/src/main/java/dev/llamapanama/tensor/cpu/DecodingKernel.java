// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;

/** For types without a kernel of their own: rows are decoded by the definition of the type and multiplied as floats. */
final class DecodingKernel implements MatrixKernel {
    private static final int ROWS = 4;

    @Override
    public int scratchSize(int cols, int tokens) {
        return ROWS * cols + DenseTile.SUMS;
    }

    @Override
    public void multiply(
            StoredWeights w, int from, int to, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        int cols = w.cols();
        int tokens = x.tokens();
        for (int row = from; row < to; row += ROWS) {
            int rows = Math.min(ROWS, to - row);
            for (int r = 0; r < rows; r++) {
                w.decodeRow(row + r, scratch, r * cols);
            }
            DenseTile.multiply(scratch, rows, cols, x.values(), tokens, out, row, w.rows(), epilogue == Epilogue.ADD);
        }
    }
}
