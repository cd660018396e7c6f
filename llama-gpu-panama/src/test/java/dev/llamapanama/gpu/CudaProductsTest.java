// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.RoundedActivations;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.TypeDefinition;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights of every type, repacked and read by the kernels, against their definition in double precision. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CudaProductsTest {
    private static final int ROWS = 37;
    private static final EnumSet<DType> AS_STORED = EnumSet.of(
            DType.F32,
            DType.F16,
            DType.BF16,
            DType.Q8_0,
            DType.Q4_0,
            DType.Q4_K,
            DType.Q6_K,
            DType.F64,
            DType.I8,
            DType.I16,
            DType.I32,
            DType.I64);
    /** Rounding of floats, in units of the sum without signs. */
    private static final double FLOATS = 1e-6;
    /** Rounding of a weight to a half. */
    private static final double HALVES = 0x1p-11;

    private final Arena arena = Arena.ofShared();
    private final Random random = new Random(5);
    private final Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);

    @BeforeAll
    void saysNothingOfTypesYet() {
        assertEquals("", backend.info().advice());
    }

    @AfterAll
    void close() {
        backend.close();
        arena.close();
    }

    @ParameterizedTest
    @EnumSource
    void rowsAreDecoded(DType type) {
        int cols = 2 * type.blockSize() * Math.ceilDiv(20, type.blockSize());
        StoredMatrix matrix = matrix(type, ROWS, cols);
        try (Weights weights = matrix.imported(backend, WeightUse.ROWS)) {
            float[] found = run(weights, (ops, x) -> x);
            for (int i = 0; i < found.length; i++) {
                double expected = matrix.values()[i];
                assertEquals(expected, found[i], tolerance(type, Math.abs(expected)) + 1e-7, "element " + i);
            }
        }
        String advice = backend.info().advice();
        List<String> replaced =
                List.of(advice.substring(advice.indexOf('[') + 1).split("[,\\]] ?"));
        assertEquals(!AS_STORED.contains(type), replaced.contains(type.name()), advice);
    }

    @ParameterizedTest
    @EnumSource
    void productsAreSumsOfProducts(DType type) {
        int cols = 3 * type.blockSize() * Math.ceilDiv(36, type.blockSize());
        for (int tokens : new int[] {1, 11}) {
            assertProduct(type, ROWS, type.blockSize() == 1 ? cols + 1 : cols, tokens, tokens);
        }
    }

    /** All kernels of a plan, and edges of what their blocks compute. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void stepsHaveAnyNumberOfTheTokensOfAPlan(DType type) {
        int block = Math.max(64, type.blockSize());
        for (int tokens : new int[] {1, 8, 9, 32, 33, 128}) {
            assertProduct(type, 33, block, tokens, 128);
        }
        assertProduct(type, 31, 5 * block, 70, 70);
        for (int tokens : new int[] {3, 128, 129, 257}) {
            assertProduct(type, 129, 2 * block, tokens, 260);
        }
        assertProduct(type, 127, block, 130, 130);
        assertProduct(type, 2, 9 * block, 130, 256);
    }

    /** A small one of each kernel. */
    @Tag("checked")
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"})
    void eachKernelMultiplies(DType type) {
        int cols = 2 * Math.max(64, type.blockSize());
        assertProduct(type, 5, cols, 1, 1);
        for (int tokens : new int[] {7, 13}) {
            assertProduct(type, 5, cols, tokens, 128);
        }
        assertProduct(type, 5, cols, 130, 130);
    }

    private void assertProduct(DType type, int rows, int cols, int tokens, int mostTokens) {
        StoredMatrix matrix = matrix(type, rows, cols);
        StoredMatrix table = matrix(DType.F32, tokens, cols);
        float[] x = table.stored().toArray(ValueLayout.JAVA_FLOAT);
        double[] operand =
                backend.numerics(type).equals(Numerics.F32) ? table.values() : RoundedActivations.of(type, x);
        try (Weights weights = matrix.imported(backend, WeightUse.PRODUCT);
                Weights inputs = table.imported(backend, WeightUse.ROWS)) {
            int[] ids = IntStream.range(0, tokens).toArray();
            float[] found = run(inputs, ids, mostTokens, (ops, in) -> {
                Tensor out = ops.temp(Tensor.Rows.TOKENS, rows);
                ops.linear(in, weights, Epilogue.STORE, out);
                ops.linear(in, weights, Epilogue.ADD, out);
                return out;
            });
            for (int i = 0; i < found.length; i++) {
                assertDot(matrix, i % rows, operand, i / rows, cols, found[i]);
            }
        }
    }

    private static void assertDot(StoredMatrix matrix, int row, double[] operand, int token, int cols, float found) {
        double sum = 0;
        double size = 0;
        for (int i = 0; i < cols; i++) {
            double product = matrix.values()[row * cols + i] * operand[token * cols + i];
            sum += product;
            size += Math.abs(product);
        }
        double rounding = tolerance(matrix.type(), size);
        assertEquals(
                2 * sum,
                found,
                2 * rounding,
                "row " + row + ", token " + token + " of " + operand.length / cols + ", cols " + cols);
    }

    private static double tolerance(DType type, double size) {
        return size * (AS_STORED.contains(type) ? FLOATS : HALVES);
    }

    /** Numbers that no half can hold make the matrix one of floats. */
    @ParameterizedTest
    @EnumSource(names = {"Q8_K", "Q5_K"})
    void numbersBeyondHalvesAreKept(DType type) {
        for (float scale : new float[] {1e6f, 1e-6f}) {
            float[] values = new float[2 * type.blockSize()];
            for (int i = 0; i < values.length; i++) {
                values[i] = scale * (float) random.nextGaussian();
            }
            byte[] stored = TestEncoder.encode(type, values);
            StoredMatrix matrix = new StoredMatrix(
                    type,
                    new Shape(2, type.blockSize()),
                    MemorySegment.ofArray(stored),
                    TypeDefinition.decode(type, stored));
            try (Weights weights = matrix.imported(backend, WeightUse.PRODUCT)) {
                float[] found = run(weights, (ops, x) -> x);
                for (int i = 0; i < found.length; i++) {
                    assertEquals(matrix.values()[i], found[i], 1e-6 * Math.abs(matrix.values()[i]), "element " + i);
                }
            }
        }
    }

    /** A source may hand out its bytes in pieces, and keep none. */
    @ParameterizedTest
    @EnumSource(names = {"F16", "Q4_0"})
    void matricesLargerThanAPieceArriveWhole(DType type) {
        int cols = 8192;
        int rows = 2500;
        byte[] stored = new byte[(int) type.bytes((long) rows * cols)];
        byte[] one = TestEncoder.encode(type, gaussians(7 * cols));
        for (int at = 0; at < stored.length; at++) {
            stored[at] = one[at % one.length];
        }
        double[] values = TypeDefinition.decode(type, one);
        StoredMatrix matrix = new StoredMatrix(type, new Shape(rows, cols), MemorySegment.ofArray(stored), values);
        try (Weights weights = matrix.imported(backend, WeightUse.PRODUCT)) {
            int[] ids = {0, 1023, 1024, rows - 1};
            float[] found = run(weights, ids, ids.length, (ops, x) -> x);
            for (int i = 0; i < found.length; i++) {
                int at = ids[i / cols] % 7 * cols + i % cols;
                assertEquals(values[at], found[i], 1e-6 * Math.abs(values[at]), "element " + i);
            }
        }
    }

    private float[] run(Weights table, SingleStep.Body body) {
        int rows = (int) table.shape().rows();
        return run(table, IntStream.range(0, rows).toArray(), rows, body);
    }

    private float[] run(Weights table, int[] ids, int mostTokens, SingleStep.Body body) {
        return new SingleStep(backend, mostTokens).run(table, ids, body);
    }

    private float[] gaussians(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private StoredMatrix matrix(DType type, int rows, int cols) {
        return StoredMatrix.of(arena, type, new Shape(rows, cols), gaussians(rows * cols));
    }
}
