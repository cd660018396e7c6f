// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;

import java.util.Arrays;

/**
 * What a {@link VectorMatrixKernel} computes, to the last bit, in loops without vectors: as many sums as there are lanes, each of the
 * columns that the {@link Arrangement} has in that lane.
 */
final class ColdMatrixProduct {
    private final VectorMatrixKernel kernel;
    private final StoredWeights w;
    private final Activations x;
    private final float[] out;
    private final boolean add;
    private final float[] row;
    private final short[] halves;
    private final float[] scaled;
    private final float[] lanes = new float[COUNT];

    ColdMatrixProduct(VectorMatrixKernel kernel, StoredWeights w, Activations x, float[] out, boolean add) {
        this.kernel = kernel;
        this.w = w;
        this.x = x;
        this.out = out;
        this.add = add;
        row = new float[kernel.arrangement().whole(w.cols())];
        halves = new short[row.length];
        scaled = new float[x.tokens() * w.cols()];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = x.original()[i] * kernel.arrangement().factor();
        }
    }

    /** Multiplies a row with all tokens. */
    void multiply(int r) {
        kernel.decodeWithLoops(w, r, halves, row);
        for (int token = 0; token < x.tokens(); token++) {
            int from = token * w.cols();
            float product = kernel.product(w, r, x.original(), from, sum(from));
            VectorMatrixKernel.store(out, token * w.rows() + r, product, add);
        }
    }

    private float sum(int from) {
        Arrays.fill(lanes, 0);
        int columnsOfLane = kernel.arrangement().columnsOfLane();
        for (int col = 0; col < row.length; ) {
            for (int lane = 0; lane < COUNT; lane++) {
                for (int end = col + columnsOfLane; col < end; col++) {
                    lanes[lane] = Math.fma(row[col], scaled[from + col], lanes[lane]);
                }
            }
        }
        return ColdKernels.fold(lanes);
    }
}
