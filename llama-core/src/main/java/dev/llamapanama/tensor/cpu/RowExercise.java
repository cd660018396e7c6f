// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/** What there is to be done beside products with weights: norms, gates, and attention, on short rows. */
final class RowExercise implements Readiness.Exercise {
    private static final int SIZE = 64;
    private static final int TOKENS = 12;

    private final RowKernels vectors;
    private final RowKernels loops;
    private final float[] x = new float[SIZE * SIZE];
    private final float[] weight = new float[SIZE];
    private final float[] out = new float[SIZE * SIZE];
    private final MemorySegment halves = Arena.ofAuto().allocate(DType.F16.bytes(SIZE * SIZE), Long.BYTES);

    RowExercise(RowKernels vectors, RowKernels loops) {
        this.vectors = vectors;
        this.loops = loops;
        Random random = new Random(1);
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat();
        }
    }

    @Override
    public void prelude() {
        run(vectors);
    }

    @Override
    public void withVectors() {
        run(vectors);
    }

    @Override
    public void withLoops() {
        run(loops);
    }

    private void run(RowKernels kernels) {
        kernels.rmsNorm(x, 0, weight, 1e-5, out);
        kernels.swiGlu(x, x, out, 0, SIZE);
        kernels.decode(DType.F16, halves, 0, SIZE / 4, SIZE, out, 0, SIZE);
        kernels.multiply(x, 0, SIZE, x, 0, SIZE, SIZE, TOKENS, out, 0, SIZE);
        kernels.multiply(x, 0, SIZE, x, 0, SIZE, SIZE, 1, out, 0, SIZE);
        kernels.exponentiate(out, 0, SIZE, kernels.max(out, 0, SIZE));
        kernels.scale(out, 0, SIZE, 0.5f);
    }

    @Override
    public String toString() {
        return "norms, gates and attention";
    }
}
