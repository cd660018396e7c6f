// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import dev.llamapanama.tensor.cpu.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * RMSNorm (arXiv 1910.07467): {@code y = x r w} with {@code r = 1/√(mean(x²) + eps)} of each row, and its gradients
 * {@code dx = r (dy w − x r² mean(dy w x))} and {@code dw = Σ dy x r}.
 */
public final class RmsNorm {
    /** Rows of a part; the gradient of the weight is summed part by part, so that its order is always the same. */
    private static final int ROWS = 32;

    private final Workers workers;
    private final double eps;
    private float[] partial = {};

    /**
     * @param workers remain the caller's
     * @param eps inside the root
     */
    public RmsNorm(Workers workers, double eps) {
        this.workers = workers;
        this.eps = eps;
    }

    /**
     * @param w one row
     * @param factors takes {@code r} of each row, for {@link #backward}
     */
    public void forward(Matrix x, Matrix w, Matrix y, float[] factors) {
        workers.runRanges(x.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                float squares = dot(x.data, x.row(row), x.data, x.row(row), x.cols);
                factors[row] = (float) (1 / Math.sqrt(squares / (double) x.cols + eps));
                apply(x.data, x.row(row), factors[row], w.data, w.offset, y.data, y.row(row), x.cols);
            }
        });
    }

    /** The output once more, from what {@link #forward} left. */
    public void again(Matrix x, Matrix w, Matrix y, float[] factors) {
        workers.runRanges(x.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                apply(x.data, x.row(row), factors[row], w.data, w.offset, y.data, y.row(row), x.cols);
            }
        });
    }

    /**
     * Adds the gradients.
     *
     * @param dx gets that of the input added
     * @param dw gets that of the weight added
     */
    public void backward(Matrix x, Matrix w, float[] factors, Matrix dy, Matrix dx, Matrix dw) {
        int cols = x.cols;
        int parts = (x.rows + ROWS - 1) / ROWS;
        if (partial.length < parts * cols) {
            partial = new float[parts * cols];
        }
        float[] sums = partial;
        workers.run(parts, (part, worker) -> {
            Arrays.fill(sums, part * cols, (part + 1) * cols, 0);
            for (int row = part * ROWS; row < Math.min(x.rows, (part + 1) * ROWS); row++) {
                float r = factors[row];
                float product = weighted(dy.data, dy.row(row), w.data, w.offset, x.data, x.row(row), cols);
                float shift = -product * r * r * r / cols;
                gradients(
                        x.data,
                        x.row(row),
                        w.data,
                        w.offset,
                        dy.data,
                        dy.row(row),
                        cols,
                        r,
                        shift,
                        dx,
                        row,
                        sums,
                        part * cols);
            }
        });
        for (int part = 0; part < parts; part++) {
            Vectors.add(sums, part * cols, dw.data, dw.offset, cols);
        }
    }

    private static float dot(float[] x, int xo, float[] y, int yo, int cols) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + COUNT <= cols; i += COUNT) {
            sums = FloatVector.fromArray(FLOATS, x, xo + i).fma(FloatVector.fromArray(FLOATS, y, yo + i), sums);
        }
        float sum = Lanes.sum(sums);
        for (; i < cols; i++) {
            sum = Math.fma(x[xo + i], y[yo + i], sum);
        }
        return sum;
    }

    private static void apply(float[] x, int xo, float r, float[] w, int wo, float[] y, int yo, int cols) {
        int i = 0;
        for (; i + COUNT <= cols; i += COUNT) {
            FloatVector.fromArray(FLOATS, x, xo + i)
                    .mul(r)
                    .mul(FloatVector.fromArray(FLOATS, w, wo + i))
                    .intoArray(y, yo + i);
        }
        for (; i < cols; i++) {
            y[yo + i] = x[xo + i] * r * w[wo + i];
        }
    }

    private static float weighted(float[] dy, int dyo, float[] w, int wo, float[] x, int xo, int cols) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + COUNT <= cols; i += COUNT) {
            sums = FloatVector.fromArray(FLOATS, dy, dyo + i)
                    .mul(FloatVector.fromArray(FLOATS, w, wo + i))
                    .fma(FloatVector.fromArray(FLOATS, x, xo + i), sums);
        }
        float sum = Lanes.sum(sums);
        for (; i < cols; i++) {
            sum = Math.fma(dy[dyo + i] * w[wo + i], x[xo + i], sum);
        }
        return sum;
    }

    /** Of one row: {@code dx += r dy w + shift x} and {@code dw += dy x r}. */
    private static void gradients(
            float[] x,
            int xo,
            float[] w,
            int wo,
            float[] dy,
            int dyo,
            int cols,
            float r,
            float shift,
            Matrix dx,
            int row,
            float[] dw,
            int dwo) {
        float[] to = dx.data;
        int at = dx.row(row);
        int i = 0;
        for (; i + COUNT <= cols; i += COUNT) {
            FloatVector value = FloatVector.fromArray(FLOATS, x, xo + i);
            FloatVector scaled = FloatVector.fromArray(FLOATS, dy, dyo + i).mul(r);
            scaled.fma(value, FloatVector.fromArray(FLOATS, dw, dwo + i)).intoArray(dw, dwo + i);
            FloatVector sum =
                    scaled.fma(FloatVector.fromArray(FLOATS, w, wo + i), FloatVector.fromArray(FLOATS, to, at + i));
            value.fma(FloatVector.broadcast(FLOATS, shift), sum).intoArray(to, at + i);
        }
        for (; i < cols; i++) {
            float scaled = dy[dyo + i] * r;
            dw[dwo + i] = Math.fma(scaled, x[xo + i], dw[dwo + i]);
            to[at + i] = Math.fma(x[xo + i], shift, Math.fma(scaled, w[wo + i], to[at + i]));
        }
    }
}
