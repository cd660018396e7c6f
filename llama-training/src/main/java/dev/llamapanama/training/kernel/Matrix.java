// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import java.util.Objects;

/** A view of row-major floats; rows may lie further apart than they are long. */
public final class Matrix {
    final float[] data;
    final int offset;
    final int rows;
    final int cols;
    final int stride;

    private Matrix(float[] data, int offset, int rows, int cols, int stride) {
        if (rows > 0 && cols > 0) {
            Objects.checkIndex(Math.toIntExact((rows - 1L) * stride + cols - 1 + offset), data.length);
        }
        this.data = data;
        this.offset = offset;
        this.rows = rows;
        this.cols = cols;
        this.stride = stride;
    }

    /** The first floats of an array. */
    public static Matrix of(float[] data, int rows, int cols) {
        return of(data, 0, rows, cols);
    }

    /** Floats of an array from an offset on. */
    public static Matrix of(float[] data, int offset, int rows, int cols) {
        return new Matrix(data, offset, rows, cols, cols);
    }

    /** Some of the columns. */
    public Matrix cols(int first, int count) {
        Objects.checkFromIndexSize(first, count, cols);
        return new Matrix(data, offset + first, rows, count, stride);
    }

    /** Some of the rows. */
    public Matrix rows(int first, int count) {
        Objects.checkFromIndexSize(first, count, rows);
        return new Matrix(data, offset + first * stride, count, cols, stride);
    }

    /** The array that it looks at. */
    public float[] data() {
        return data;
    }

    /** Where its first element lies. */
    public int offset() {
        return offset;
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Elements of a row. */
    public int cols() {
        return cols;
    }

    /** From the start of a row to that of the next. */
    public int stride() {
        return stride;
    }

    /** Where a row begins. */
    int row(int index) {
        return offset + index * stride;
    }
}
