// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.gpu.driver.SimulatedDriver;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.TypeDefinition;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of several tokens with weights of 16 bits, against double precision: by each way that tensor cores have, and without them. */
class FloatProductsTest {
    /** Rounding of floats, in units of the sum without signs. */
    private static final double FLOATS = 1e-6;

    private static final int OLDEST = 80;
    private static final int USUAL = 90;

    private final Random random = new Random(7);

    /** Edges of blocks, of the stages that they copy to, and of the parts that columns are cut to. */
    @Tag("checked")
    @ParameterizedTest
    @CsvSource({
        "F16, 33, 64, 9, 9",
        "BF16, 33, 1088, 9, 9",
        "BF16, 129, 512, 33, 200",
        "F16, 130, 448, 129, 129",
        "BF16, 129, 832, 257, 300",
        "BF16, 2, 64, 130, 130",
    })
    void onTheNewestAndOnOlderDevices(DType type, int rows, int cols, int tokens, int mostTokens) {
        byte[] stored = TestEncoder.encode(type, gaussians(rows * cols, 1));
        assertProduct(type, stored, rows, tokens, mostTokens);
        SimulatedDriver.with("capability", OLDEST, USUAL, () -> assertProduct(type, stored, rows, tokens, mostTokens));
    }

    /** Of odd rows, in one part and in several, and for more tokens than a block has. */
    @Tag("checked")
    @ParameterizedTest
    @CsvSource({
        "F16, 33, 64, 9, 9",
        "BF16, 130, 1088, 13, 13",
        "F16, 257, 576, 20, 200",
        "BF16, 33, 576, 40, 128",
    })
    void twoTogetherHaveTheBitsOfEach(DType type, int rows, int cols, int tokens, int mostTokens) {
        byte[] gate = TestEncoder.encode(type, gaussians(rows * cols, 1));
        byte[] up = TestEncoder.encode(type, gaussians(rows * cols, 1));
        float[] x = gaussians(tokens * cols, 1);
        Runnable test = () -> assertArrayEquals(
                gated(type, gate, up, rows, x, tokens, mostTokens, false),
                gated(type, gate, up, rows, x, tokens, mostTokens, true));
        test.run();
        SimulatedDriver.with("capability", OLDEST, USUAL, test);
    }

    /** Numbers that no half can hold, also as multiples of a power of two. */
    @ParameterizedTest
    @CsvSource({"1e30", "300", "0.002", "1e-6", "1e-30", "0"})
    void ofAnySize(float size) {
        byte[] stored = TestEncoder.encode(DType.BF16, gaussians(40 * 64, size));
        assertProduct(DType.BF16, stored, 40, 11, 11);
    }

    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16"})
    void infiniteOnesStayInTheirRows(DType type) {
        for (float special : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
            float[] values = gaussians(40 * 64, 1);
            values[17 * 64 + 3] = special;
            byte[] stored = TestEncoder.encode(type, values);
            double[] weights = TypeDefinition.decode(type, stored);
            weights[17 * 64 + 3] = special;
            assertProduct(type, stored, weights, 40, 11, 11);
        }
    }

    /** Matrices of few blocks are cut, others aren't, and no part has less than four stages. */
    @Test
    void matricesOfFewRowsAreCutToParts() {
        assertEquals(8, ColumnParts.of(ProductKernel.T32, 4096 / 128, 4096, 32));
        assertEquals(16, ColumnParts.of(ProductKernel.T32, 1024 / 128, 4096, 32));
        assertEquals(5, ColumnParts.of(ProductKernel.T32, (4096 + 1024 + 1024) / 128, 4096, 32));
        assertEquals(2, ColumnParts.of(ProductKernel.T32, 14336 / 128, 4096, 32));
        assertEquals(1, ColumnParts.of(ProductKernel.T32, 2 * 14336 / 128, 4096, 32));
        assertEquals(1, ColumnParts.of(ProductKernel.T32, 128256 / 128, 4096, 32));
        assertEquals(1, ColumnParts.of(ProductKernel.T32, 1, 448, 32));
        assertEquals(4, ColumnParts.of(ProductKernel.W128, 4096 / 128, 4096, 128));
        assertEquals(1, ColumnParts.of(ProductKernel.W128, 4096 / 128, 4096, 1024));
    }

    /** What may be rounded to halves is, where there are kernels for it: to those that double precision has of rounded numbers. */
    @Tag("checked")
    @ParameterizedTest
    @CsvSource({"F16, 129, 832, 33, 40", "BF16, 130, 1088, 130, 130", "BF16, 64, 192, 257, 300", "F16, 16, 64, 64, 64"})
    void ofRoundedActivations(DType type, int rows, int cols, int tokens, int mostTokens) {
        byte[] stored = TestEncoder.encode(type, gaussians(rows * cols, 1));
        float[] x = gaussians(tokens * cols, 1);
        float[] rounded = new float[x.length];
        for (int row = 0; row < tokens; row++) {
            float largest = 0;
            for (int c = 0; c < cols; c++) {
                largest = Math.max(largest, Math.abs(x[row * cols + c]));
            }
            float scale = Math.scalb(1f, Math.getExponent(largest));
            for (int c = 0; c < cols; c++) {
                float half = Float.float16ToFloat(Float.floatToFloat16(x[row * cols + c] / scale));
                rounded[row * cols + c] = half * scale;
            }
        }
        double[] weights = TypeDefinition.decode(type, stored);
        BackendOptions options = new BackendOptions(0, false, true);
        assertProduct(weights, rows, rounded, run(options, type, stored, rows, x, tokens, mostTokens));
        SimulatedDriver.with(
                "capability",
                OLDEST,
                USUAL,
                () -> assertProduct(weights, rows, x, run(options, type, stored, rows, x, tokens, mostTokens)));
    }

    private void assertProduct(DType type, byte[] stored, int rows, int tokens, int mostTokens) {
        assertProduct(type, stored, TypeDefinition.decode(type, stored), rows, tokens, mostTokens);
    }

    private void assertProduct(DType type, byte[] stored, double[] weights, int rows, int tokens, int mostTokens) {
        int cols = weights.length / rows;
        float[] x = gaussians(tokens * cols, 1);
        assertProduct(weights, rows, x, run(BackendOptions.DEFAULT, type, stored, rows, x, tokens, mostTokens));
    }

    private static void assertProduct(double[] weights, int rows, float[] x, float[] found) {
        int cols = weights.length / rows;
        for (int i = 0; i < found.length; i++) {
            double sum = 0;
            double size = 0;
            for (int c = 0; c < cols; c++) {
                double product = weights[i % rows * cols + c] * x[i / rows * cols + c];
                sum += product;
                size += Math.abs(product);
            }
            if (Double.isFinite(sum)) {
                assertEquals(2 * sum, found[i], 2 * FLOATS * size, "row " + i % rows + ", token " + i / rows);
            } else {
                assertEquals((float) sum, found[i], "row " + i % rows + ", token " + i / rows);
            }
        }
    }

    /** Stores a product, and adds it once more. */
    private static float[] run(
            BackendOptions options, DType type, byte[] stored, int rows, float[] x, int tokens, int mostTokens) {
        return run(options, type, List.of(stored), rows, x, tokens, mostTokens, (ops, in, weights, out) -> {
            ops.linear(in, weights.getFirst(), Epilogue.STORE, out);
            ops.linear(in, weights.getFirst(), Epilogue.ADD, out);
        });
    }

    /** Products with two matrices, and SwiGLU of both. */
    private static float[] gated(
            DType type, byte[] gate, byte[] up, int rows, float[] x, int tokens, int mostTokens, boolean together) {
        return run(
                BackendOptions.DEFAULT,
                type,
                List.of(gate, up),
                rows,
                x,
                tokens,
                mostTokens,
                (ops, in, weights, out) -> {
                    if (together) {
                        ops.gateUp(in, weights.get(0), weights.get(1), out);
                    } else {
                        Tensor gated = ops.temp(Tensor.Rows.TOKENS, rows);
                        ops.linear(in, weights.get(0), Epilogue.STORE, gated);
                        ops.linear(in, weights.get(1), Epilogue.STORE, out);
                        ops.swiGlu(gated, out, out);
                    }
                });
    }

    /** Records products of activations. */
    private interface Body {
        void record(Ops ops, Tensor in, List<Weights> weights, Tensor out);
    }

    private static float[] run(
            BackendOptions options,
            DType type,
            List<byte[]> stored,
            int rows,
            float[] x,
            int tokens,
            int mostTokens,
            Body body) {
        int cols = x.length / tokens;
        StepShape shape = new StepShape(mostTokens, 1, 1 + mostTokens / 16, mostTokens);
        try (Backend backend = new CudaBackendProvider().open(options);
                Weights first = imported(backend, type, new Shape(rows, cols), stored.getFirst());
                Weights last = imported(backend, type, new Shape(rows, cols), stored.getLast());
                Weights table = imported(backend, DType.F32, new Shape(tokens, cols), MemorySegment.ofArray(x));
                Plan plan = backend.record(shape, ops -> {
                    Tensor in = ops.temp(Tensor.Rows.TOKENS, cols);
                    ops.embed(table, in);
                    Tensor out = ops.temp(Tensor.Rows.TOKENS, rows);
                    body.record(ops, in, List.of(first, last), out);
                    Tensor kept = ops.temp(Tensor.Rows.LOGITS, rows);
                    ops.selectLogitRows(out, kept);
                    ops.keepLogits(kept);
                })) {
            int[] ids = IntStream.range(0, tokens).toArray();
            plan.inputs().append(ids, 0, tokens, 0, new int[shape.maxPages()], tokens);
            return plan.run().toArray(ValueLayout.JAVA_FLOAT);
        }
    }

    private static Weights imported(Backend backend, DType type, Shape shape, byte[] stored) {
        return imported(backend, type, shape, MemorySegment.ofArray(stored));
    }

    private static Weights imported(Backend backend, DType type, Shape shape, MemorySegment stored) {
        return backend.importWeights("w", type, shape, WeightSource.of(stored), WeightUse.PRODUCT);
    }

    private float[] gaussians(int count, float size) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = size * (float) random.nextGaussian();
        }
        return values;
    }
}
