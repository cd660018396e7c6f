// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Loops without vectors, with the same bits, until the JIT has compiled those with vectors. */
final class TieredKernels implements Kernels {
    /** The JIT compiles for all backends of a JVM. */
    static final TieredKernels SHARED = new TieredKernels(WarmUp::new);

    private final VectorKernels vectors;
    private final ColdKernels loops = new ColdKernels();
    private final Readiness readiness;

    /**
     * @param policy how kernels get ready
     */
    TieredKernels(Readiness.Policy policy) {
        vectors = new VectorKernels(policy);
        readiness = policy.of(Readiness.Urgency.ROWS, () -> new RowExercise(vectors, loops));
    }

    @Override
    public String description() {
        return vectors.description();
    }

    @Override
    public MatrixKernel matrix(DType type) {
        return vectors.matrix(type);
    }

    @Override
    public @Nullable PackedKernel packed(DType type) {
        return vectors.packed(type);
    }

    /** What computes so many elements. */
    private RowKernels kernels(long elements) {
        if (readiness.isReady()) {
            return vectors;
        }
        readiness.missed(elements);
        return loops;
    }

    @Override
    public void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out) {
        kernels(weight.length).rmsNorm(x, o, weight, eps, out);
    }

    @Override
    public void swiGlu(float[] gate, float[] up, float[] out, int from, int to) {
        kernels(to - from).swiGlu(gate, up, out, from, to);
    }

    @Override
    public void decode(
            DType type, MemorySegment source, long offset, int rows, int count, float[] target, int start, int stride) {
        kernels((long) rows * count).decode(type, source, offset, rows, count, target, start, stride);
    }

    @Override
    public int tileWidth() {
        return vectors.tileWidth();
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
        long multiplications = (long) cols * tokens * width;
        kernels(multiplications).multiply(panel, p, stride, x, xo, xs, cols, tokens, sums, to, width);
    }

    @Override
    public float max(float[] x, int from, int count) {
        return kernels(count).max(x, from, count);
    }

    @Override
    public float exponentiate(float[] x, int from, int count, float max) {
        return kernels(count).exponentiate(x, from, count, max);
    }

    @Override
    public void scale(float[] x, int from, int count, float factor) {
        kernels(count).scale(x, from, count, factor);
    }
}
