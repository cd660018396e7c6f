// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * Kernels that multiply one token with rows straight from the map, four at a time taken from four places 16 rows apart, because memory
 * delivers four far streams faster than one.
 */
abstract class StreamKernel extends VectorMatrixKernel {
    private static final int STREAMS = 4;
    private static final int DISTANCE = 16;

    StreamKernel(DType type, Arrangement arrangement, Readiness.Policy policy) {
        super(type, arrangement, policy);
    }

    /**
     * Writes to {@code sums[r · COUNT …]} the vector of sums of {@code x} and the row at {@code offset + r · step}, for four rows.
     *
     * @param x arranged
     * @param cols that fill whole vectors
     */
    abstract void four(MemorySegment w, long offset, long step, float[] x, int cols, float[] sums);

    @Override
    final void multiplyWithVectors(
            StoredWeights w, int from, int to, Activations x, float[] out, boolean add, float[] scratch) {
        if (x.tokens() == 1) {
            matVec(w, from, to, x.values(), out, add, scratch);
        } else {
            super.multiplyWithVectors(w, from, to, x, out, add, scratch);
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
        four(w.data(), row * rowBytes, distance * rowBytes, x, arrangement().whole(w.cols()), sums);
        for (int r = 0; r < count; r++) {
            int at = row + r * distance;
            store(out, at, product(w, at, x, 0, Lanes.fold(sums, r * Lanes.COUNT)), add);
        }
    }
}
