// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static dev.llamapanama.tensor.Epilogue.ADD;
import static dev.llamapanama.tensor.Epilogue.STORE;
import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static dev.llamapanama.tensor.Tensor.Rows.LOGITS;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Single operations through the SPI, on every backend. */
class OpsTest {
    private static final String BACKENDS = "dev.llamapanama.tensor.TestBackends#names";
    private static final double EPS = 1e-5;

    @AutoClose
    private final Arena arena = Arena.ofShared();

    private final Random random = new Random(11);

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void goldenRotation(String name) {
        double[] inverse = {1, 0.1, 0.01, 0.001};
        double[] expected = {
            -1.27223251, -1.83886499, 1.68392864, 4.70790658, 4.81777717, 6.1472777, 6.97596854, 8.02096397
        };
        assertResult(name, expected, 8, 3, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, (ops, x) -> {
            ops.rope(x, new RopeFrequencies(inverse));
            return x;
        });
    }

    /** With positions this far, angles in single precision are off by hundredths of a radian. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void rotatesEveryHeadByTheAngleOfItsRowEvenFarOut(String name) {
        int position = 1_000_000;
        double[] inverse = {1, 0.37};
        float[] rows = gaussians(3 * 8);
        double[] expected = new double[rows.length];
        for (int i = 0; i < rows.length; i += 2) {
            double angle = (position + i / 8) * inverse[i % 4 / 2];
            expected[i] = rows[i] * Math.cos(angle) - rows[i + 1] * Math.sin(angle);
            expected[i + 1] = rows[i] * Math.sin(angle) + rows[i + 1] * Math.cos(angle);
        }
        assertResult(name, expected, 8, position, rows, (ops, x) -> {
            ops.rope(x, new RopeFrequencies(inverse));
            return x;
        });
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void goldenNormAndGate(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights weight = plan.weights(1, 4, 1, 0.5f, 2, 1);
            float[] normed = plan.run(4, 0, new float[] {1, -2, 3, 4}, (ops, x) -> {
                ops.rmsNorm(x, weight, EPS, x);
                return x;
            });
            assertClose(new double[] {0.365148128, -0.365148128, 2.19088877, 1.46059251}, normed, 2e-7);

            Weights up = plan.weights(1, 4, 1, 2, 3, -4);
            float[] gated = plan.run(4, 0, new float[] {-1, 0, 1, 2}, (ops, gate) -> {
                Tensor other = SmallPlan.like(ops, gate);
                ops.embed(up, other);
                ops.swiGlu(gate, other, gate);
                return gate;
            });
            assertClose(new double[] {-0.268941421, 0, 2.19317574, -7.04637662}, gated, 5e-7);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void linearStoresOrAdds(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights weight = plan.weights(3, 2, 1, 2, 3, 4, 5, 6);
            float[] rows = {1, 10, 2, 20, 3, 30};
            float[] stored = plan.run(2, 0, rows, (ops, x) -> {
                Tensor out = ops.temp(TOKENS, 3);
                ops.linear(x, weight, STORE, out);
                ops.linear(x, weight, ADD, out);
                ops.linear(x, weight, STORE, out);
                return out;
            });
            assertArrayEquals(new float[] {21, 43, 65, 42, 86, 130, 63, 129, 195}, stored);
            float[] added = plan.run(2, 0, rows, (ops, x) -> {
                Tensor out = ops.temp(TOKENS, 3);
                ops.linear(x, weight, STORE, out);
                ops.linear(x, weight, ADD, out);
                return out;
            });
            assertArrayEquals(new float[] {42, 86, 130, 84, 172, 260, 126, 258, 390}, added);
        }
    }

    /** Fused or inherited, the first half of the attention block equals the simple operations one by one. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void qkvRopeIsItsParts(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            KvLayout layout = new KvLayout(2, 2, 6, DType.F32);
            Weights norm = plan.weights(1, 10, gaussians(10));
            Weights wq = plan.weights(24, 10, gaussians(240));
            Weights wk = plan.weights(12, 10, gaussians(120));
            Weights wv = plan.weights(12, 10, gaussians(120));
            RopeFrequencies rope = new RopeFrequencies(new double[] {1, 0.1, 0.01});
            QkvProjection projection = new QkvProjection(norm, EPS, wq, wk, wv, rope, false);
            float[] rows = gaussians(19 * 10);
            for (boolean attend : new boolean[] {false, true}) {
                try (KvPool fusedPool = backend.newKvPool(layout, 2);
                        KvPool partsPool = backend.newKvPool(layout, 2)) {
                    float[] fused = plan.run(10, 0, rows, (ops, x) -> {
                        Tensor q = ops.temp(TOKENS, 24);
                        ops.qkvRope(x, projection, q, fusedPool, 1);
                        return attend ? attended(ops, q, fusedPool) : q;
                    });
                    float[] parts = plan.run(10, 0, rows, (ops, x) -> {
                        Tensor normed = SmallPlan.like(ops, x);
                        Tensor q = ops.temp(TOKENS, 24);
                        Tensor k = ops.temp(TOKENS, 12);
                        Tensor v = ops.temp(TOKENS, 12);
                        ops.rmsNorm(x, norm, EPS, normed);
                        ops.linear(normed, wq, STORE, q);
                        ops.linear(normed, wk, STORE, k);
                        ops.linear(normed, wv, STORE, v);
                        ops.rope(q, rope);
                        ops.rope(k, rope);
                        ops.writeKv(k, v, partsPool, 1);
                        return attend ? attended(ops, q, partsPool) : q;
                    });
                    assertEquals(19 * 24, fused.length);
                    assertArrayEquals(parts, fused, 1e-6f);
                }
            }
        }
    }

    private static Tensor attended(Ops ops, Tensor q, KvPool pool) {
        Tensor out = SmallPlan.like(ops, q);
        ops.attention(q, pool, 1, 0.4, out);
        return out;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void normGateUpIsItsParts(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights norm = plan.weights(1, 10, gaussians(10));
            Weights gate = plan.weights(7, 10, gaussians(70));
            Weights up = plan.weights(7, 10, gaussians(70));
            float[] rows = gaussians(50);
            float[] fused = plan.run(10, 0, rows, (ops, x) -> {
                Tensor hidden = ops.temp(TOKENS, 7);
                ops.normGateUp(x, norm, EPS, gate, up, hidden);
                return hidden;
            });
            float[] parts = plan.run(10, 0, rows, (ops, x) -> {
                Tensor normed = SmallPlan.like(ops, x);
                Tensor gated = ops.temp(TOKENS, 7);
                Tensor raised = ops.temp(TOKENS, 7);
                Tensor hidden = ops.temp(TOKENS, 7);
                ops.rmsNorm(x, norm, EPS, normed);
                ops.linear(normed, gate, STORE, gated);
                ops.linear(normed, up, STORE, raised);
                ops.swiGlu(gated, raised, hidden);
                return hidden;
            });
            assertArrayEquals(parts, fused, 1e-6f);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void headIsItsPartsAndLeavesTheResidualStreamAlone(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights norm = plan.weights(1, 10, gaussians(10));
            Weights output = plan.weights(13, 10, gaussians(130));
            float[] rows = gaussians(50);
            float[] parts = plan.run(10, 0, rows, (ops, x) -> {
                Tensor logits = ops.temp(TOKENS, 13);
                ops.rmsNorm(x, norm, EPS, x);
                ops.linear(x, output, STORE, logits);
                return logits;
            });
            Weights table = plan.weights(5, 10, rows);
            try (Plan head = backend.record(new StepShape(5, 1, 1, 3), ops -> {
                Tensor x = ops.temp(TOKENS, 10);
                ops.embed(table, x);
                ops.head(x, norm, EPS, output);
            })) {
                head.inputs().append(new int[] {0, 1, 2, 3, 4}, 0, 5, 0, new int[] {0}, 2);
                float[] found = head.run().toArray(ValueLayout.JAVA_FLOAT);
                assertArrayEquals(Arrays.copyOfRange(parts, 3 * 13, 5 * 13), found, 1e-6f);
            }
            float[] after = plan.run(10, 0, rows, (ops, x) -> {
                ops.head(x, norm, EPS, output);
                return x;
            });
            assertArrayEquals(rows, after);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aPlanWithoutLogitsIsRefused(String name) {
        try (Backend backend = TestBackends.open(name)) {
            String message = String.valueOf(assertThrows(
                            IllegalStateException.class,
                            () -> backend.record(new StepShape(1, 1, 1, 1), ops -> ops.temp(TOKENS, 4))
                                    .close())
                    .getMessage());
            assertTrue(message.contains("keepLogits"), message);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aStepWithoutTokensIsRefused(String name) {
        try (Backend backend = TestBackends.open(name);
                Plan plan = backend.record(new StepShape(1, 1, 1, 1), ops -> ops.keepLogits(ops.temp(LOGITS, 4)))) {
            String message = String.valueOf(
                    assertThrows(IllegalStateException.class, plan::run).getMessage());
            assertTrue(message.startsWith("step: found no tokens"), message);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void wrongWidthsAreRefusedWhenRecorded(String name) {
        try (Backend backend = TestBackends.open(name);
                KvPool kv = backend.newKvPool(new KvLayout(1, 2, 4, DType.F32), 1);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights vector = plan.weights(1, 8, new float[8]);
            Weights matrix = plan.weights(4, 8, new float[32]);
            RopeFrequencies rope = new RopeFrequencies(new double[] {1, 1});
            assertRefused(backend, ops -> ops.embed(matrix, ops.temp(TOKENS, 7)));
            assertRefused(backend, ops -> ops.rmsNorm(ops.temp(TOKENS, 7), vector, EPS, ops.temp(TOKENS, 8)));
            assertRefused(backend, ops -> ops.rmsNorm(ops.temp(TOKENS, 8), vector, EPS, ops.temp(TOKENS, 9)));
            assertRefused(backend, ops -> ops.linear(ops.temp(TOKENS, 4), matrix, STORE, ops.temp(TOKENS, 4)));
            assertRefused(backend, ops -> ops.linear(ops.temp(TOKENS, 8), matrix, ADD, ops.temp(TOKENS, 8)));
            assertRefused(backend, ops -> ops.rope(ops.temp(TOKENS, 6), rope));
            assertRefused(backend, ops -> ops.writeKv(ops.temp(TOKENS, 4), ops.temp(TOKENS, 8), kv, 0));
            assertRefused(backend, ops -> ops.writeKv(ops.temp(TOKENS, 8), ops.temp(TOKENS, 16), kv, 0));
            assertRefused(backend, ops -> ops.attention(ops.temp(TOKENS, 12), kv, 0, 1, ops.temp(TOKENS, 12)));
            assertRefused(backend, ops -> ops.attention(ops.temp(TOKENS, 16), kv, 0, 1, ops.temp(TOKENS, 8)));
            assertRefused(backend, ops -> ops.swiGlu(ops.temp(TOKENS, 8), ops.temp(TOKENS, 7), ops.temp(TOKENS, 8)));
            assertRefused(backend, ops -> ops.swiGlu(ops.temp(TOKENS, 8), ops.temp(TOKENS, 8), ops.temp(TOKENS, 7)));
            assertRefused(backend, ops -> ops.selectLogitRows(ops.temp(TOKENS, 8), ops.temp(LOGITS, 7)));
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void weightsOfTheWrongSizeAreRefused(String name) {
        try (Backend backend = TestBackends.open(name)) {
            String message = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> backend.importWeights(
                                    "blk.0.attn_q.weight", DType.Q8_0, new Shape(2, 64), arena.allocate(135)))
                    .getMessage());
            assertTrue(message.startsWith("blk.0.attn_q.weight: found 135 bytes, expected 136"), message);
        }
    }

    /** Workers would read what others have already overwritten. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aLinearLayerWritesToAnotherTensor(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights square = plan.weights(8, 8, new float[64]);
            Consumer<Ops> wrong = ops -> {
                Tensor both = ops.temp(TOKENS, 8);
                ops.linear(both, square, STORE, both);
            };
            assertRefused(backend, wrong, "linear: found one tensor as input and output");
        }
    }

    private static void assertRefused(Backend backend, Consumer<Ops> wrong) {
        assertRefused(backend, wrong, "width: found");
    }

    private static void assertRefused(Backend backend, Consumer<Ops> wrong, String expected) {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> backend.record(new StepShape(2, 1, 1, 2), wrong).close())
                .getMessage());
        assertTrue(message.contains(expected), message);
    }

    private void assertResult(
            String name,
            double[] expected,
            int width,
            int position,
            float[] rows,
            BiFunction<Ops, Tensor, Tensor> body) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            assertClose(expected, plan.run(width, position, rows, body), 1e-6);
        }
    }

    private float[] gaussians(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
