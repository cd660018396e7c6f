// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/** The inner loops of norms, gates and attention. Those without an order of sums to be kept have a plain form here. */
interface RowKernels {

    /** {@code out[o + i] = x[o + i] / √(mean(x²) + eps) · weight[i]} for one row of {@code weight.length} elements. */
    void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out);

    /** {@code out[i] = gate[i] / (1 + e^−gate[i]) · up[i]} for {@code from ≤ i < to}. */
    void swiGlu(float[] gate, float[] up, float[] out, int from, int to);

    /**
     * Decodes rows of floats or halves that lie one after the other; halves are neither subnormal nor infinite, but may be NaN.
     *
     * @param offset of the first in bytes, a multiple of their size
     * @param count elements of a row
     * @param stride from one row of the target to the next
     */
    default void decode(
            DType type, MemorySegment source, long offset, int rows, int count, float[] target, int start, int stride) {
        for (int row = 0; row < rows; row++) {
            type.decode(source, offset + row * type.bytes(count), target, start + row * stride, count);
        }
    }

    /** Rows of a product's right operand that {@link #multiply} takes at once. */
    int tileWidth();

    /**
     * A small product: {@code sums[t][j] += Σ x[t][i] · panel[i][j]}, the sum over ascending {@code i}, for {@code j < width}.
     *
     * @param panel {@code [cols, stride]} from {@code p} on
     * @param x {@code [tokens, xs]} from {@code xo} on; read, as {@code sums} are written, up to a multiple of eight tokens
     * @param sums {@code [tokens, width]} from {@code to} on
     * @param width a multiple of {@link #tileWidth}
     */
    void multiply(
            float[] panel,
            int p,
            int stride,
            float[] x,
            int xo,
            int xs,
            int cols,
            int tokens,
            float[] sums,
            int to,
            int width);

    /** The largest of some elements. */
    default float max(float[] x, int from, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    /**
     * {@code x[i] = e^(x[i] − max)}.
     *
     * @return their sum
     */
    float exponentiate(float[] x, int from, int count, float max);

    /** {@code x[i] *= factor}. */
    default void scale(float[] x, int from, int count, float factor) {
        for (int i = from; i < from + count; i++) {
            x[i] *= factor;
        }
    }
}
