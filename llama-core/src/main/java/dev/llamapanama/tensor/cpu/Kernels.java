// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/**
 * The inner loops, one implementation for each instruction set. Every result is a function of its operands alone, to the
 * last bit: not of the number of threads, nor of what else is computed in the same call, nor of how far the JIT has got.
 */
interface Kernels {

    /** What it computes with, in words. */
    String description();

    /** The kernel for weights of a type. */
    MatrixKernel matrix(DType type);

    /** {@code out[o + i] = x[o + i] / √(mean(x²) + eps) · weight[i]} for one row of {@code weight.length} elements. */
    void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out);

    /** {@code out[i] = gate[i] / (1 + e^−gate[i]) · up[i]} for {@code from ≤ i < to}. */
    void swiGlu(float[] gate, float[] up, float[] out, int from, int to);

    /**
     * Scores of one query against the keys of a page: {@code scores[s + j] = scale · q · key j} for all of its positions,
     * written or not.
     *
     * @param keys {@code [headDim][PAGE_TOKENS]} from {@code offset} on: one lane for each position
     */
    void scores(float[] q, int qo, MemorySegment keys, long offset, int headDim, float scale, float[] scores, int s);

    /** Softmax of {@code count} scores, in place. */
    void softmax(float[] scores, int s, int count);

    /**
     * Adds the first {@code count} values of a page, each weighted by its probability, to {@code out[o …]}.
     *
     * @param values {@code [PAGE_TOKENS][headDim]} from {@code offset} on
     */
    void mix(float[] p, int s, MemorySegment values, long offset, int headDim, int count, float[] out, int o);
}
