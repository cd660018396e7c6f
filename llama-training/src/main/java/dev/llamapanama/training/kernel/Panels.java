// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.training.kernel.Tiles.TALL;
import static dev.llamapanama.training.kernel.Tiles.WIDE;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Packs a factor of a product into panels of a tile's height or width: {@code [panel][depth][TALL]} or {@code [panel][depth][WIDE]},
 * the last one filled with zeros. The other dimension of the matrix is the depth, over which the product sums.
 */
enum Panels {
    /** Of the left factor. */
    TALL_PANELS(TALL) {
        @Override
        void gather4(float[] from, int at, int stride, int depth, float[] to, int start) {
            int r1 = at + stride;
            int r2 = r1 + stride;
            int r3 = r2 + stride;
            for (int k = 0; k < depth; k++) {
                to[start + k * TALL] = from[at + k];
                to[start + k * TALL + 1] = from[r1 + k];
                to[start + k * TALL + 2] = from[r2 + k];
                to[start + k * TALL + 3] = from[r3 + k];
            }
        }

        @Override
        void gather1(float[] from, int at, int depth, float[] to, int start) {
            for (int k = 0; k < depth; k++) {
                to[start + k * TALL] = from[at + k];
            }
        }

        @Override
        void copy(float[] from, int at, int stride, int depth, float[] to, int start) {
            for (int k = 0; k < depth; k++) {
                FloatVector.fromArray(SHORT, from, at + k * stride).intoArray(to, start + k * TALL);
            }
        }
    },
    /** Of the right factor. */
    WIDE_PANELS(WIDE) {
        @Override
        void gather4(float[] from, int at, int stride, int depth, float[] to, int start) {
            int r1 = at + stride;
            int r2 = r1 + stride;
            int r3 = r2 + stride;
            for (int k = 0; k < depth; k++) {
                to[start + k * WIDE] = from[at + k];
                to[start + k * WIDE + 1] = from[r1 + k];
                to[start + k * WIDE + 2] = from[r2 + k];
                to[start + k * WIDE + 3] = from[r3 + k];
            }
        }

        @Override
        void gather1(float[] from, int at, int depth, float[] to, int start) {
            for (int k = 0; k < depth; k++) {
                to[start + k * WIDE] = from[at + k];
            }
        }

        @Override
        void copy(float[] from, int at, int stride, int depth, float[] to, int start) {
            for (int k = 0; k < depth; k++) {
                FloatVector.fromArray(FLOATS, from, at + k * stride).intoArray(to, start + k * WIDE);
                FloatVector.fromArray(FLOATS, from, at + k * stride + COUNT).intoArray(to, start + k * WIDE + COUNT);
            }
        }
    };

    /** A vector of {@link Tiles#TALL} lanes. */
    private static final VectorSpecies<Float> SHORT = TALL == 8 ? FloatVector.SPECIES_256 : FloatVector.SPECIES_128;

    /** Rows or columns of a panel. */
    final int width;

    Panels(int width) {
        this.width = width;
    }

    /** Four rows side by side; in a method of each constant, because C2 removes bounds checks for constant strides only. */
    abstract void gather4(float[] from, int at, int stride, int depth, float[] to, int start);

    abstract void gather1(float[] from, int at, int depth, float[] to, int start);

    /** As much of each row as a panel is wide. */
    abstract void copy(float[] from, int at, int stride, int depth, float[] to, int start);

    /** So many rows or columns, and as many more as fill a panel of this width. */
    static int padded(int count, int width) {
        return (count + width - 1) / width * width;
    }

    /** Floats that so many rows or columns take. */
    int size(int count, int depth) {
        return Math.multiplyExact(padded(count, width), depth);
    }

    /** Packs a matrix whose columns are the depth; begins and ends at any panel. */
    void packRows(Matrix from, int first, int end, float[] to, int start) {
        int depth = from.cols;
        for (int panel = first; panel < end; panel++) {
            int at = start + panel * width * depth;
            int row = panel * width;
            int count = Math.min(width, from.rows - row);
            if (count < width) {
                Arrays.fill(to, at, at + width * depth, 0);
            }
            int i = 0;
            for (; i + 4 <= count; i += 4) {
                gather4(from.data, from.row(row + i), from.stride, depth, to, at + i);
            }
            for (; i < count; i++) {
                gather1(from.data, from.row(row + i), depth, to, at + i);
            }
        }
    }

    /** Packs a matrix whose rows are the depth; begins and ends at any panel. */
    void packCols(Matrix from, int first, int end, float[] to, int start) {
        int depth = from.rows;
        for (int panel = first; panel < end; panel++) {
            int at = start + panel * width * depth;
            int count = Math.min(width, from.cols - panel * width);
            int source = from.offset + panel * width;
            if (count < width) {
                Arrays.fill(to, at, at + width * depth, 0);
                for (int k = 0; k < depth; k++) {
                    System.arraycopy(from.data, source + k * from.stride, to, at + k * width, count);
                }
            } else {
                copy(from.data, source, from.stride, depth, to, at);
            }
        }
    }
}
