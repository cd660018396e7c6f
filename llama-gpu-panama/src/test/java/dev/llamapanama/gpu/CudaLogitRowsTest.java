// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static dev.llamapanama.tensor.Tensor.Rows.LOGITS;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.gpu.driver.SimulatedDriver;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.RoundedActivations;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.StepShape;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products of the rows whose logits are wanted, of which a step has any number up to that of its tokens. */
class CudaLogitRowsTest {
    private static final int ROWS = 33;
    private static final int COLS = 256;
    private static final int TOKENS_AT_MOST = 140;
    private static final int LOGITS_AT_MOST = 40;
    private static final int OLDEST = 80;
    private static final int USUAL = 90;

    /** Rounding of floats, in units of the sum without signs. */
    private static final double FLOATS = 1e-6;

    private final Random random = new Random(3);

    @Tag("checked")
    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16", "Q8_0"})
    void areThoseOfTheirTokens(DType type) {
        assertProducts(type);
        SimulatedDriver.with("capability", OLDEST, USUAL, () -> assertProducts(type));
    }

    private void assertProducts(DType type) {
        try (Arena arena = Arena.ofShared();
                Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT)) {
            StoredMatrix matrix = StoredMatrix.of(arena, type, new Shape(ROWS, COLS), gaussians(ROWS * COLS));
            StoredMatrix table = StoredMatrix.of(
                    arena, DType.F32, new Shape(TOKENS_AT_MOST, COLS), gaussians(TOKENS_AT_MOST * COLS));
            float[] x = table.stored().toArray(ValueLayout.JAVA_FLOAT);
            double[] operand =
                    backend.numerics(type).equals(Numerics.F32) ? table.values() : RoundedActivations.of(type, x);
            StepShape shape = new StepShape(TOKENS_AT_MOST, 1, 1 + TOKENS_AT_MOST / 16, LOGITS_AT_MOST);
            try (Weights weights = matrix.imported(backend, WeightUse.PRODUCT);
                    Weights rows = table.imported(backend, WeightUse.ROWS);
                    Plan plan = backend.record(shape, ops -> record(ops, rows, weights))) {
                for (int tokens : new int[] {1, 5, 8, 9, 32, 33, TOKENS_AT_MOST}) {
                    for (int logits : new int[] {0, 1, 8, 9, 33, LOGITS_AT_MOST}) {
                        if (logits <= tokens) {
                            float[] found = run(plan, tokens, logits);
                            assertEquals(logits * ROWS, found.length);
                            assertDots(matrix, operand, tokens - logits, found);
                        }
                    }
                }
                assertBitsOfOneAmongFew(plan);
            }
        }
    }

    private static void assertBitsOfOneAmongFew(Plan plan) {
        float[] eight = run(plan, 8, 8);
        for (int tokens = 1; tokens < 8; tokens++) {
            assertArrayEquals(
                    Arrays.copyOfRange(eight, (tokens - 1) * ROWS, tokens * ROWS),
                    run(plan, tokens, 1),
                    "of " + tokens);
        }
    }

    private static void assertDots(StoredMatrix matrix, double[] operand, int first, float[] found) {
        for (int i = 0; i < found.length; i++) {
            double sum = 0;
            double size = 0;
            for (int c = 0; c < COLS; c++) {
                double product = matrix.at(i % ROWS, c) * operand[(first + i / ROWS) * COLS + c];
                sum += product;
                size += Math.abs(product);
            }
            assertEquals(sum, found[i], FLOATS * size, "row " + i % ROWS + " of " + first + " and " + i / ROWS);
        }
    }

    private static void record(Ops ops, Weights table, Weights weights) {
        Tensor x = ops.temp(TOKENS, COLS);
        Tensor wanted = ops.temp(LOGITS, COLS);
        Tensor logits = ops.temp(LOGITS, ROWS);
        ops.embed(table, x);
        ops.selectLogitRows(x, wanted);
        ops.linear(wanted, weights, Epilogue.STORE, logits);
        ops.keepLogits(logits);
    }

    private static float[] run(Plan plan, int tokens, int logits) {
        plan.inputs().clear();
        int[] ids = IntStream.range(0, tokens).toArray();
        plan.inputs().append(ids, 0, tokens, 0, new int[plan.shape().maxPages()], logits);
        return plan.run().toArray(ValueLayout.JAVA_FLOAT);
    }

    /** A step launches tensor cores or doesn't, as it does for its tokens. */
    @Test
    void whetherTensorCoresWorkIsAMatterOfTokens() {
        try (Arena arena = Arena.ofShared();
                Backend backend = new CudaBackendProvider().open(BackendOptions.DEFAULT);
                Weights table = matrix(arena, DType.F32, 4).imported(backend, WeightUse.ROWS);
                Weights weights = matrix(arena, DType.BF16, ROWS).imported(backend, WeightUse.PRODUCT);
                DeviceThread thread = new DeviceThread("gpu-recording")) {
            thread.run(() -> {
                StepShape shape = new StepShape(TOKENS_AT_MOST, 1, 1, LOGITS_AT_MOST);
                try (CudaSession session = CudaSession.open();
                        Recording recording = new Recording(session, shape)) {
                    record(new CudaOps(recording), table, weights);
                    assertEquals(List.of("linear_bf16_t8"), products(recording, 0, 8));
                    assertEquals(List.of("gemm_bf16_t32"), products(recording, 8, 32));
                    assertEquals(List.of("gemm_bf16_t32", "gemm_bf16_w128"), products(recording, 32, TOKENS_AT_MOST));
                }
            });
        }
    }

    private static List<String> products(Recording recording, int above, int most) {
        return recording.kernels(above, most).stream()
                .filter(kernel -> kernel.contains("_bf16_"))
                .toList();
    }

    private StoredMatrix matrix(Arena arena, DType type, int rows) {
        return StoredMatrix.of(arena, type, new Shape(rows, COLS), gaussians(rows * COLS));
    }

    private float[] gaussians(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
