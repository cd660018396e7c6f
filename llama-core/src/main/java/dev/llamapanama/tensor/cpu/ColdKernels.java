// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** What {@link VectorKernels} computes, to the last bit, in loops without vectors. */
final class ColdKernels implements RowKernels {
    /** Of the vectors whose order of sums is kept. */
    private static final int LANES = Lanes.COUNT;

    @Override
    public void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out) {
        int n = weight.length;
        int whole = n / LANES * LANES;
        float[] squares = new float[LANES];
        for (int i = 0; i < whole; i++) {
            squares[i % LANES] = Math.fma(x[o + i], x[o + i], squares[i % LANES]);
        }
        float sum = fold(squares);
        for (int i = whole; i < n; i++) {
            sum = Math.fma(x[o + i], x[o + i], sum);
        }
        float factor = (float) (1 / Math.sqrt(sum / (double) n + eps));
        for (int i = 0; i < n; i++) {
            out[o + i] = x[o + i] * factor * weight[i];
        }
    }

    @Override
    public void swiGlu(float[] gate, float[] up, float[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            out[i] = gate[i] / (exp(-gate[i]) + 1) * up[i];
        }
    }

    @Override
    public int tileWidth() {
        return 2 * LANES;
    }

    @Override
    public void multiply(
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
            int width) {
        for (int t = 0; t < tokens; t++) {
            for (int i = 0; i < cols; i++) {
                float factor = x[xo + t * xs + i];
                int row = p + i * stride;
                for (int j = 0; j < width; j++) {
                    sums[to + t * width + j] = Math.fma(factor, panel[row + j], sums[to + t * width + j]);
                }
            }
        }
    }

    @Override
    public float exponentiate(float[] x, int from, int count, float max) {
        float[] sums = new float[LANES];
        for (int i = 0; i < count; i++) {
            x[from + i] = exp(x[from + i] - max);
            sums[i % LANES] += x[from + i];
        }
        return fold(sums);
    }

    /** The sum of the lanes of a vector, by halves as {@link Lanes#sum} takes it. */
    static float fold(float[] lanes) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                lanes[i] += lanes[i + half];
            }
        }
        return lanes[0];
    }

    /** As {@link VectorKernels} has it. */
    private static float exp(float x) {
        float bounded = Math.min(Math.max(x, -87.3f), 88.3f);
        float magic = 0x1.8p23f;
        float rounded = Math.fma(bounded, 1.442695f, magic);
        float k = rounded - magic;
        float r = Math.fma(k, -0.6933594f, bounded);
        r = Math.fma(k, 2.1219444e-4f, r);
        float y = 1.9875691e-4f;
        y = Math.fma(y, r, 1.3981999e-3f);
        y = Math.fma(y, r, 8.333452e-3f);
        y = Math.fma(y, r, 4.1665796e-2f);
        y = Math.fma(y, r, 0.16666666f);
        y = Math.fma(y, r, 0.5f);
        y = Math.fma(y, r * r, r) + 1;
        return Float.intBitsToFloat(Float.floatToRawIntBits(y) + (Float.floatToRawIntBits(rounded) << 23));
    }
}
