// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.TypeDefinition;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;

/** Weights as a kernel takes them, and the numbers that they stand for. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record StoredMatrix(CpuWeights weights, double[] values) {
    private static final Kernels[] KERNELS = {new ScalarKernels(), new VectorKernels()};

    /** All implementations. */
    static Kernels[] kernels() {
        return KERNELS.clone();
    }

    static StoredMatrix of(DType type, int rows, int cols, byte[] stored, Arena arena) {
        // Off any boundary: what a file holds lies where it lies.
        MemorySegment memory = arena.allocate(stored.length + 2L).asSlice(2);
        MemorySegment.copy(stored, 0, memory, ValueLayout.JAVA_BYTE, 0, stored.length);
        return new StoredMatrix(
                new CpuWeights("w", type, new Shape(rows, cols), memory), TypeDefinition.decode(type, stored));
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

    /** The same weights without their last rows. */
    StoredMatrix top(int rows) {
        DType type = weights.type();
        Shape shape = new Shape(rows, weights.cols());
        return new StoredMatrix(
                new CpuWeights("w", type, shape, weights.data().asSlice(0, type.bytes(shape.elements()))), values);
    }

    /** {@code out = x · weightsᵀ}, or {@code +=}, for the rows {@code from ≤ r < to}. */
    void multiply(Kernels kernels, int from, int to, float[] x, int tokens, float[] out, Epilogue epilogue) {
        MatrixKernel kernel = kernels.matrix(weights.type());
        float[] scratch = new float[kernel.scratchSize(weights.cols())];
        kernel.multiply(weights, from, to, x, tokens, out, epilogue, scratch);
    }

    /** All rows. */
    float[] multiply(Kernels kernels, float[] x, int tokens) {
        float[] out = new float[tokens * weights.rows()];
        multiply(kernels, 0, weights.rows(), x, tokens, out, Epilogue.STORE);
        return out;
    }

    /** A row times a token in double precision. */
    double dot(int row, float[] x, int token) {
        int cols = weights.cols();
        double sum = 0;
        for (int i = 0; i < cols; i++) {
            sum += values[row * cols + i] * x[token * cols + i];
        }
        return sum;
    }

    /** A row times a token without their signs: what rounding errors are measured by. */
    double size(int row, float[] x, int token) {
        int cols = weights.cols();
        double sum = 0;
        for (int i = 0; i < cols; i++) {
            sum += Math.abs(values[row * cols + i] * x[token * cols + i]);
        }
        return sum;
    }
}
