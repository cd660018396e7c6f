// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * Rows and columns of a matrix, row-major: the weight of a linear layer is {@code [outputs, inputs]}, a batch of
 * activations {@code [tokens, width]}, a vector {@code [1, width]}.
 *
 * @param rows at least 1
 * @param cols elements of a row, contiguous in memory; at least 1
 */
public record Shape(long rows, long cols) {
    public Shape {
        if (rows < 1 || cols < 1) {
            throw new IllegalArgumentException("shape: found [" + rows + ", " + cols + "], expected positive sizes");
        }
        Math.multiplyExact(rows, cols);
    }

    /** A vector of so many elements. */
    public static Shape vector(long size) {
        return new Shape(1, size);
    }

    /** Number of elements. */
    public long elements() {
        return rows * cols;
    }

    @Override
    public String toString() {
        return "[" + rows + ", " + cols + "]";
    }
}
