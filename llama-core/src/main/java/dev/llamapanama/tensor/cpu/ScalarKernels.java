// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Plain loops: runs anywhere without a flag, and is what every other implementation is checked against. */
final class ScalarKernels implements Kernels {
    private final MatrixKernel matrix = new ScalarMatrixKernel();

    @Override
    public String description() {
        return "scalar Java";
    }

    @Override
    public MatrixKernel matrix(DType type) {
        return matrix;
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
    public void scores(
            float[] q, int qo, MemorySegment keys, long offset, int headDim, float scale, float[] scores, int s) {
        for (int j = 0; j < PAGE_TOKENS; j++) {
            float sum = 0;
            for (int d = 0; d < headDim; d++) {
                sum += q[qo + d] * keys.get(JAVA_FLOAT, offset + 4L * (d * PAGE_TOKENS + j));
            }
            scores[s + j] = sum * scale;
        }
    }

    @Override
    public void softmax(float[] scores, int s, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = s; i < s + count; i++) {
            max = Math.max(max, scores[i]);
        }
        double sum = 0;
        for (int i = s; i < s + count; i++) {
            scores[i] = (float) Math.exp(scores[i] - max);
            sum += scores[i];
        }
        float factor = (float) (1 / sum);
        for (int i = s; i < s + count; i++) {
            scores[i] *= factor;
        }
    }

    @Override
    public void mix(float[] p, int s, MemorySegment values, long offset, int headDim, int count, float[] out, int o) {
        for (int j = 0; j < count; j++) {
            long value = offset + (long) j * headDim * Float.BYTES;
            for (int d = 0; d < headDim; d++) {
                out[o + d] += p[s + j] * values.get(JAVA_FLOAT, value + 4L * d);
            }
        }
    }
}
