// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import dev.llamapanama.tensor.cpu.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** What is done to long arrays element by element, by all workers. */
public final class Vectors {
    /** Elements of a part; sums are taken part by part, so that their order is always the same. */
    private static final int AT_ONCE = 1 << 14;

    private final Workers workers;
    private double[] partial = {};

    /**
     * @param workers remain the caller's
     */
    public Vectors(Workers workers) {
        this.workers = workers;
    }

    /** Sets everything to zero. */
    public void clear(float[] x) {
        workers.runRanges(x.length, AT_ONCE, (from, to) -> Arrays.fill(x, from, to, 0));
    }

    /** Sets the elements of a matrix without gaps to zero. */
    public void clear(Matrix x) {
        workers.runRanges(
                x.rows * x.cols, AT_ONCE, (from, to) -> Arrays.fill(x.data, x.offset + from, x.offset + to, 0));
    }

    /** Copies a matrix to another; both without gaps. */
    public void copy(Matrix x, Matrix y) {
        workers.runRanges(
                x.rows * x.cols,
                AT_ONCE,
                (from, to) -> System.arraycopy(x.data, x.offset + from, y.data, y.offset + from, to - from));
    }

    /** {@code x *= factor}. */
    public void scale(float[] x, float factor) {
        workers.runRanges(x.length, AT_ONCE, (from, to) -> scale(x, from, to, factor));
    }

    /** Σ x², in double precision between parts. */
    public double sumOfSquares(float[] x) {
        int parts = (x.length + AT_ONCE - 1) / AT_ONCE;
        if (partial.length < parts) {
            partial = new double[parts];
        }
        double[] sums = partial;
        workers.run(
                parts,
                (part, worker) ->
                        sums[part] = sumOfSquares(x, part * AT_ONCE, Math.min(x.length, (part + 1) * AT_ONCE)));
        double sum = 0;
        for (int part = 0; part < parts; part++) {
            sum += sums[part];
        }
        return sum;
    }

    private static float sumOfSquares(float[] x, int from, int to) {
        FloatVector even = FloatVector.zero(FLOATS);
        FloatVector odd = FloatVector.zero(FLOATS);
        int i = from;
        for (; i + 2 * COUNT <= to; i += 2 * COUNT) {
            FloatVector a = FloatVector.fromArray(FLOATS, x, i);
            FloatVector b = FloatVector.fromArray(FLOATS, x, i + COUNT);
            even = a.fma(a, even);
            odd = b.fma(b, odd);
        }
        float sum = Lanes.sum(even.add(odd));
        for (; i < to; i++) {
            sum = Math.fma(x[i], x[i], sum);
        }
        return sum;
    }

    /** {@code x[from..to] *= factor}. */
    static void scale(float[] x, int from, int to, float factor) {
        int i = from;
        for (; i + COUNT <= to; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
        }
        for (; i < to; i++) {
            x[i] *= factor;
        }
    }

    /** {@code y += x}, so many elements. */
    static void add(float[] x, int xo, float[] y, int yo, int count) {
        int i = 0;
        for (; i + COUNT <= count; i += COUNT) {
            FloatVector.fromArray(FLOATS, y, yo + i)
                    .add(FloatVector.fromArray(FLOATS, x, xo + i))
                    .intoArray(y, yo + i);
        }
        for (; i < count; i++) {
            y[yo + i] += x[xo + i];
        }
    }
}
