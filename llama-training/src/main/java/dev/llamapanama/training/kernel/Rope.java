// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Rotary position embedding (arXiv 2104.09864) of neighbouring pairs, {@code (a cos − b sin, a sin + b cos)}, in place. Its gradient is
 * the rotation back.
 */
public final class Rope {
    private static final int ROWS = 32;
    /** Of each pair the other one. */
    private static final VectorShuffle<Float> OTHER = VectorShuffle.fromOp(FLOATS, lane -> lane ^ 1);

    private final Workers workers;
    private final int headDim;
    /** {@code [position][headDim]}: the cosine of each pair twice. */
    private final float[] cosines;
    /** The sine of each pair, negative and positive. */
    private final float[] sines;

    /**
     * @param workers remain the caller's
     * @param frequencies angle per position of each pair of a head
     * @param positions how many there may be
     */
    public Rope(Workers workers, double[] frequencies, int positions) {
        this.workers = workers;
        headDim = 2 * frequencies.length;
        cosines = new float[Math.multiplyExact(positions, headDim)];
        sines = new float[cosines.length];
        for (int position = 0; position < positions; position++) {
            for (int pair = 0; pair < frequencies.length; pair++) {
                double angle = position * frequencies[pair];
                int at = position * headDim + 2 * pair;
                cosines[at] = (float) Math.cos(angle);
                cosines[at + 1] = cosines[at];
                sines[at + 1] = (float) Math.sin(angle);
                sines[at] = -sines[at + 1];
            }
        }
    }

    /**
     * Rotates all heads of each row.
     *
     * @param positions of the rows
     */
    public void forward(Matrix heads, int[] positions) {
        rotate(heads, positions, 1);
    }

    /** Rotates gradients back. */
    public void backward(Matrix heads, int[] positions) {
        rotate(heads, positions, -1);
    }

    private void rotate(Matrix heads, int[] positions, float direction) {
        workers.runRanges(heads.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                int table = positions[row] * headDim;
                for (int head = 0; head < heads.cols; head += headDim) {
                    rotate(heads.data, heads.row(row) + head, table, direction);
                }
            }
        });
    }

    private void rotate(float[] x, int at, int table, float direction) {
        int i = 0;
        for (; i + COUNT <= headDim; i += COUNT) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
            FloatVector turned = v.rearrange(OTHER)
                    .mul(FloatVector.fromArray(FLOATS, sines, table + i).mul(direction));
            v.fma(FloatVector.fromArray(FLOATS, cosines, table + i), turned).intoArray(x, at + i);
        }
        for (; i < headDim; i += 2) {
            float a = x[at + i];
            float b = x[at + i + 1];
            float sine = sines[table + i + 1] * direction;
            x[at + i] = Math.fma(a, cosines[table + i], -b * sine);
            x[at + i + 1] = Math.fma(b, cosines[table + i], a * sine);
        }
    }
}
