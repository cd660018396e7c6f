// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.training.kernel.Tiles.TALL;
import static dev.llamapanama.training.kernel.Tiles.WIDE;

/**
 * The product of two packed factors, by one thread. Sums go over {@link #DEPTH} at a time, in the same order whatever part of the
 * product is asked for.
 */
final class PackedProduct {
    /** So deep a panel of the right factor stays in the first cache while all of the left one goes by. */
    static final int DEPTH = 256;

    private final float[] edge = new float[TALL * WIDE];

    /**
     * Some rows and columns of {@code c}, which begin and end with tiles or with {@code c}.
     *
     * @param a packed {@code [panel][aDepth][TALL]}
     * @param b packed {@code [panel][bDepth][WIDE]}
     * @param depth over which is summed, at most that of the panels
     */
    void multiply(
            float[] a,
            int ao,
            int aDepth,
            float[] b,
            int bo,
            int bDepth,
            int depth,
            Matrix c,
            int firstRow,
            int endRow,
            int firstCol,
            int endCol,
            boolean add) {
        for (int k = 0; k < depth; k += DEPTH) {
            int deep = Math.min(DEPTH, depth - k);
            boolean adding = add || k > 0;
            for (int col = firstCol; col < endCol; col += WIDE) {
                int bAt = bo + col * bDepth + k * WIDE;
                boolean whole = col + WIDE <= endCol;
                for (int row = firstRow; row < endRow; row += TALL) {
                    int aAt = ao + row * aDepth + k * TALL;
                    if (whole && row + TALL <= endRow) {
                        Tiles.multiply(a, aAt, b, bAt, deep, c.data, c.row(row) + col, c.stride, adding);
                    } else {
                        Tiles.multiply(a, aAt, b, bAt, deep, edge, 0, WIDE, false);
                        flush(c, row, Math.min(TALL, endRow - row), col, Math.min(WIDE, endCol - col), adding);
                    }
                }
            }
        }
    }

    private void flush(Matrix c, int row, int rows, int col, int cols, boolean add) {
        for (int r = 0; r < rows; r++) {
            int to = c.row(row + r) + col;
            for (int i = 0; i < cols; i++) {
                float product = edge[r * WIDE + i];
                c.data[to + i] = add ? c.data[to + i] + product : product;
            }
        }
    }
}
