// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.training.kernel.Panels.TALL_PANELS;
import static dev.llamapanama.training.kernel.Panels.WIDE_PANELS;

/**
 * The three matrix products of a linear layer {@code y = x wᵀ}, by all workers: forward, the gradient of its input, and that of its
 * weight. Both factors are packed first, transposed where the form needs it, and then multiplied tile by tile, so that all three run
 * at nearly the same speed. Not for several threads at once.
 */
public final class Products {
    /** Rows of a part: so many packed rows stay in the second cache while the columns go by. */
    private static final int PART_ROWS = 128;
    /** Columns of a part. */
    private static final int PART_COLS = 256;
    /** Rows or columns that are packed in one part. */
    private static final int PACKED_AT_ONCE = 64;
    /** Floats of the right factor that are packed before they are multiplied: less than the last cache holds. */
    private static final int RIGHT = 1 << 22;

    private final Workers workers;
    private final PackedProduct[] products;
    private final int rightFloats;
    private float[] left = {};
    private float[] right = {};

    /**
     * @param workers remain the caller's
     */
    public Products(Workers workers) {
        this(workers, RIGHT);
    }

    Products(Workers workers, int rightFloats) {
        this.workers = workers;
        this.rightFloats = rightFloats;
        products = new PackedProduct[workers.count()];
        for (int i = 0; i < products.length; i++) {
            products[i] = new PackedProduct();
        }
    }

    /** {@code y (+)= x wᵀ}: {@code [tokens, inputs]} times {@code [outputs, inputs]}. */
    public void forward(Matrix x, Matrix w, Matrix y, boolean add) {
        multiply(x, false, w, false, y, add);
    }

    /** {@code dx (+)= dy w}: the gradient of the input. */
    public void inputGradient(Matrix dy, Matrix w, Matrix dx, boolean add) {
        multiply(dy, false, w, true, dx, add);
    }

    /** {@code dw += dyᵀ x}: the gradient of the weight. */
    public void weightGradient(Matrix dy, Matrix x, Matrix dw) {
        multiply(dy, true, x, true, dw, true);
    }

    /** Each factor either has the depth, over which is summed, in its columns or in its rows. */
    private void multiply(Matrix a, boolean aByRows, Matrix b, boolean bByRows, Matrix c, boolean add) {
        int depth = aByRows ? a.rows : a.cols;
        require(depth == (bByRows ? b.rows : b.cols), "depth", a, b);
        require(c.rows == (aByRows ? a.cols : a.rows), "rows", a, c);
        require(c.cols == (bByRows ? b.cols : b.rows), "columns", b, c);
        left = grown(left, TALL_PANELS.size(c.rows, depth));
        int most = Math.max(1, rightFloats / depth / PART_COLS) * PART_COLS;
        right = grown(right, WIDE_PANELS.size(Math.min(most, c.cols), depth));
        for (int first = 0; first < c.cols; first += most) {
            int cols = Math.min(most, c.cols - first);
            Matrix some = bByRows ? b.cols(first, cols) : b.rows(first, cols);
            pack(first == 0 ? parts(c.rows, PACKED_AT_ONCE) : 0, a, aByRows, c.rows, some, bByRows, cols);
            multiply(depth, c.cols(first, cols), add);
        }
    }

    private void pack(int leftParts, Matrix a, boolean aByRows, int rows, Matrix b, boolean bByRows, int cols) {
        workers.run(leftParts + parts(cols, PACKED_AT_ONCE), (part, worker) -> {
            if (part < leftParts) {
                pack(TALL_PANELS, a, aByRows, rows, part, left);
            } else {
                pack(WIDE_PANELS, b, bByRows, cols, part - leftParts, right);
            }
        });
    }

    private void multiply(int depth, Matrix c, boolean add) {
        int colParts = parts(c.cols, PART_COLS);
        workers.run(parts(c.rows, PART_ROWS) * colParts, (part, worker) -> {
            int row = part / colParts * PART_ROWS;
            int col = part % colParts * PART_COLS;
            int endRow = Math.min(c.rows, row + PART_ROWS);
            int endCol = Math.min(c.cols, col + PART_COLS);
            products[worker].multiply(left, 0, depth, right, 0, depth, depth, c, row, endRow, col, endCol, add);
        });
    }

    private static void pack(Panels panels, Matrix from, boolean byRows, int count, int part, float[] to) {
        int first = part * (PACKED_AT_ONCE / panels.width);
        int end = Math.min(parts(count, panels.width), first + PACKED_AT_ONCE / panels.width);
        if (byRows) {
            panels.packCols(from, first, end, to, 0);
        } else {
            panels.packRows(from, first, end, to, 0);
        }
    }

    private static int parts(int count, int atOnce) {
        return (count + atOnce - 1) / atOnce;
    }

    private static float[] grown(float[] buffer, int size) {
        return buffer.length < size ? new float[size] : buffer;
    }

    private static void require(boolean holds, String what, Matrix one, Matrix other) {
        if (!holds) {
            throw new IllegalArgumentException(what + " differ: [" + one.rows + ", " + one.cols + "] and [" + other.rows
                    + ", " + other.cols + "]");
        }
    }
}
