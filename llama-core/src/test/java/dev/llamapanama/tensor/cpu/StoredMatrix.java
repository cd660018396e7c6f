// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.RoundedActivations;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.TypeDefinition;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;

/** Weights as a kernel takes them, and the numbers that they stand for. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredMatrix(DType type, Shape shape, MemorySegment stored, double[] values) {
    private static final Kernels[] KERNELS = {
        new ScalarKernels(), new VectorKernels(Readiness.Policy.AT_ONCE), new TieredKernels(Readiness.Policy.NEVER)
    };

    /** All implementations. */
    static Kernels[] kernels() {
        return KERNELS.clone();
    }

    static StoredMatrix of(DType type, int rows, int cols, byte[] stored, Arena arena) {
        // Off any boundary: what a file holds lies where it lies.
        MemorySegment memory = arena.allocate(stored.length + 2L).asSlice(2);
        MemorySegment.copy(stored, 0, memory, ValueLayout.JAVA_BYTE, 0, stored.length);
        return new StoredMatrix(type, new Shape(rows, cols), memory, TypeDefinition.decode(type, stored));
    }

    static StoredMatrix random(DType type, int rows, int cols, Random random, Arena arena) {
        return of(type, rows, cols, TestEncoder.encode(type, gaussians(rows * cols, random)), arena);
    }

    /** So many columns, or a few more to fill blocks. */
    static int wholeBlocks(DType type, int cols) {
        return Math.ceilDiv(cols, type.blockSize()) * type.blockSize();
    }

    static float[] gaussians(int count, Random random) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    int rows() {
        return (int) shape.rows();
    }

    int cols() {
        return (int) shape.cols();
    }

    /** The same weights without their last rows. */
    StoredMatrix top(int rows) {
        return new StoredMatrix(type, new Shape(rows, cols()), slice(0, rows), values);
    }

    private MemorySegment slice(int from, int to) {
        return stored.asSlice(from * type.bytes(cols()), (to - from) * type.bytes(cols()));
    }

    /** {@code out = x · weightsᵀ}, or {@code +=}, for the rows {@code from ≤ r < to}. */
    void multiply(Kernels kernels, int from, int to, float[] x, int tokens, float[] out, Epilogue epilogue) {
        PackedKernel packed = kernels.packed(type);
        if (packed == null) {
            MatrixKernel kernel = kernels.matrix(type);
            StoredWeights weights = new StoredWeights("w", type, shape, stored, kernel);
            float[] scratch = new float[kernel.scratchSize(cols(), tokens)];
            kernel.multiply(weights, from, to, activations(weights, x, tokens), out, epilogue, scratch);
        } else if (from < to) {
            multiplyPacked(packed, from, to, x, tokens, out, epilogue);
        }
    }

    /** Packs the wanted rows alone. */
    private void multiplyPacked(
            PackedKernel kernel, int from, int to, float[] x, int tokens, float[] out, Epilogue epilogue) {
        int count = to - from;
        float[] part = new float[tokens * count];
        for (int token = 0; token < tokens; token++) {
            System.arraycopy(out, token * rows() + from, part, token * count, count);
        }
        StoredMatrix wanted = new StoredMatrix(type, new Shape(count, cols()), slice(from, to), values);
        try (CpuWeights weights = wanted.packed(kernel)) {
            weights.multiply(
                    0, 1, activations(weights, x, tokens), part, epilogue, new float[weights.scratchSize(tokens)]);
        }
        for (int token = 0; token < tokens; token++) {
            System.arraycopy(part, token * count, out, token * rows() + from, count);
        }
    }

    /** All of them as a backend of one thread has them. */
    CpuWeights weights(Kernels kernels) {
        PackedKernel packed = kernels.packed(type);
        return packed == null ? new StoredWeights("w", type, shape, stored, kernels.matrix(type)) : packed(packed);
    }

    private CpuWeights packed(PackedKernel kernel) {
        try (WorkerPool pool = new WorkerPool(1)) {
            return PackedWeights.pack(
                    "w", shape, kernel, WeightSource.of(stored), pool, Slabs.ofWorkers(pool.workers()), closed -> {});
        }
    }

    static Activations activations(CpuWeights weights, float[] x, int tokens) {
        int cols = weights.cols();
        float[] values = padded(x, tokens, cols);
        Preparation preparation = weights.preparation();
        if (preparation == null || !preparation.isNeeded(tokens)) {
            return Activations.unprepared(values, tokens);
        }
        Activations prepared = new Activations(
                values,
                preparation.replacesValues() ? values.clone() : values,
                new float[preparation.derivedSize(tokens, cols)],
                new int[preparation.multipliers(cols)],
                new int[preparation.starts(cols)],
                tokens);
        for (int worker = 0; worker < 3; worker++) {
            preparation.prepare(worker, 3, values, cols, prepared);
        }
        return prepared;
    }

    /** The tokens, and behind them memory of which nothing may come through. */
    private static float[] padded(float[] x, int tokens, int width) {
        float[] padded = Arrays.copyOf(x, Activations.padded(tokens) * width);
        Arrays.fill(padded, tokens * width, padded.length, Float.NaN);
        return padded;
    }

    /** All rows. */
    float[] multiply(Kernels kernels, float[] x, int tokens) {
        float[] out = new float[tokens * rows()];
        multiply(kernels, 0, rows(), x, tokens, out, Epilogue.STORE);
        return out;
    }

    /** The activations that are multiplied. */
    double[] operand(float[] x) {
        return RoundedActivations.of(type, x);
    }

    /** A row times a token in double precision. */
    double dot(int row, double[] operand, int token) {
        int cols = cols();
        double sum = 0;
        for (int i = 0; i < cols; i++) {
            sum += values[row * cols + i] * operand[token * cols + i];
        }
        return sum;
    }

    /** A row times a token without their signs: what rounding errors are measured by. */
    double size(int row, double[] operand, int token) {
        int cols = cols();
        double sum = 0;
        for (int i = 0; i < cols; i++) {
            sum += Math.abs(values[row * cols + i] * operand[token * cols + i]);
        }
        return sum;
    }
}
