// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import org.jspecify.annotations.Nullable;

/** Plain loops: runs anywhere without a flag, and is what every other implementation is checked against. */
final class ScalarKernels implements Kernels {
    private static final MatrixKernel EXACT = new ScalarMatrixKernel(null);
    private static final MatrixKernel ROUNDED = new ScalarMatrixKernel(new ScalarRounding());

    @Override
    public String description() {
        return "scalar Java";
    }

    @Override
    public MatrixKernel matrix(DType type) {
        return switch (Numerics.of(type).activation()) {
            case F32 -> EXACT;
            case Q8_BLOCK32 -> ROUNDED;
        };
    }

    @Override
    public @Nullable PackedKernel packed(DType type) {
        return null;
    }

    @Override
    public void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out) {
        double squares = 0;
        for (int i = 0; i < weight.length; i++) {
            squares += (double) x[o + i] * x[o + i];
        }
        float factor = (float) (1 / Math.sqrt(squares / weight.length + eps));
        for (int i = 0; i < weight.length; i++) {
            out[o + i] = x[o + i] * factor * weight[i];
        }
    }

    @Override
    public void swiGlu(float[] gate, float[] up, float[] out, int from, int to) {
        for (int i = from; i < to; i++) {
            out[i] = (float) (gate[i] / (1 + Math.exp(-gate[i]))) * up[i];
        }
    }

    @Override
    public int tileWidth() {
        return 1;
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
                for (int j = 0; j < width; j++) {
                    sums[to + t * width + j] += x[xo + t * xs + i] * panel[p + i * stride + j];
                }
            }
        }
    }

    @Override
    public float exponentiate(float[] x, int from, int count, float max) {
        float sum = 0;
        for (int i = from; i < from + count; i++) {
            x[i] = (float) Math.exp(x[i] - max);
            sum += x[i];
        }
        return sum;
    }
}
