// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

/** Rows of a table by number, and their gradients. */
public final class Embedding {
    private static final int ROWS = 64;
    private static final int COLS = 64;

    private final Workers workers;

    /**
     * @param workers remain the caller's
     */
    public Embedding(Workers workers) {
        this.workers = workers;
    }

    /** Copies the row of each number, as many as {@code to} has rows. */
    public void forward(Matrix table, int[] numbers, Matrix to) {
        workers.runRanges(to.rows, ROWS, (first, end) -> {
            for (int row = first; row < end; row++) {
                System.arraycopy(table.data, table.row(numbers[row]), to.data, to.row(row), to.cols);
            }
        });
    }

    /** Adds each row to that of its number. Workers share the columns, since a number may come several times. */
    public void backward(Matrix gradient, int[] numbers, Matrix table) {
        workers.runRanges(gradient.cols, COLS, (first, end) -> {
            for (int row = 0; row < gradient.rows; row++) {
                Vectors.add(
                        gradient.data,
                        gradient.row(row) + first,
                        table.data,
                        table.row(numbers[row]) + first,
                        end - first);
            }
        });
    }
}
