// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static dev.llamapanama.tensor.FloatAssertions.assertClose;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Llama 4 adds to the operations, on every backend. */
class MixtureTest {
    private static final String BACKENDS = "dev.llamapanama.tensor.TestBackends#names";

    @AutoClose
    private final Arena arena = Arena.ofShared();

    private final Random random = new Random(31);

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void theLargestLogitsAreChosenAndOfEqualOnesTheFirst(String name) {
        float half = (float) (1 / (1 + Math.exp(-0.5)));
        float two = (float) (1 / (1 + Math.exp(-2.0)));
        float[] rows = {0.5f, 2, 0.5f, 2, 0.5f, 0.5f, 0.5f, 0.5f, -3, 0.5f, -1, 2, -3, -0.0f, 0};
        try (Backend backend = TestBackends.open(name)) {
            assertArrayEquals(
                    new float[] {half, two, 0, two, 0, half, half, half, 0, 0, 0, two, 0, 0.5f, 0.5f},
                    routed(backend, rows, 3));
            assertArrayEquals(
                    new float[] {0, two, 0, 0, 0, half, 0, 0, 0, 0, 0, two, 0, 0, 0}, routed(backend, rows, 1));
            float[] none = routed(backend, new float[] {Float.NaN, 1, Float.NaN, Float.NaN, Float.NaN}, 4);
            assertEquals(0, none[4]);
            for (int perToken : new int[] {0, 6}) {
                assertThrows(IllegalArgumentException.class, () -> routed(backend, rows, perToken));
            }
        }
    }

    private float[] routed(Backend backend, float[] rows, int perToken) {
        try (SmallPlan plan = new SmallPlan(backend, arena)) {
            return plan.run(5, 0, rows, (ops, x) -> {
                ops.route(x, perToken);
                return x;
            });
        }
    }

    /** Only the chosen experts are computed, all the same to the last bit. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aMixtureIsItsParts(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            Weights router = plan.weights(6, 10, gaussians(60));
            List<SwiGlu> experts = IntStream.range(0, 6)
                    .mapToObj(e -> new SwiGlu(
                            plan.weights(14, 10, gaussians(140)),
                            plan.weights(14, 10, gaussians(140)),
                            plan.weights(10, 14, gaussians(140))))
                    .toList();
            float[] rows = gaussians(23 * 10);
            for (int perToken : new int[] {1, 2, 6}) {
                float[] fused = plan.run(10, 0, rows, (ops, x) -> mixed(ops, x, router, experts, perToken));
                float[] parts = plan.run(
                        10, 0, rows, (ops, x) -> mixed(new ForwardingOps(ops) {}, x, router, experts, perToken));
                assertArrayEquals(parts, fused);
            }
        }
    }

    private static Tensor mixed(Ops ops, Tensor x, Weights router, List<SwiGlu> experts, int perToken) {
        Tensor out = SmallPlan.like(ops, x);
        Tensor hidden = ops.temp(TOKENS, 14);
        ops.gateUp(x, experts.getFirst().gate(), experts.getFirst().up(), hidden);
        ops.linear(hidden, experts.getFirst().down(), Epilogue.STORE, out);
        ops.moe(x, router, experts, perToken, out);
        return out;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void headsAreNormalisedOneByOne(String name) {
        float[] rows = gaussians(3 * 30);
        double[] expected = new double[rows.length];
        for (int from = 0; from < rows.length; from += 10) {
            double squares = 0;
            for (int i = from; i < from + 10; i++) {
                squares += (double) rows[i] * rows[i];
            }
            for (int i = from; i < from + 10; i++) {
                expected[i] = rows[i] / Math.sqrt(squares / 10 + 0.01);
            }
        }
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            float[] found = plan.run(30, 0, rows, (ops, x) -> {
                ops.rmsNormHeads(x, 10, 0.01);
                return x;
            });
            assertClose(expected, found, 1e-6);
        }
    }

    /** Factors of positions 8191 and 16383 by hand: ln 2 and ln 3. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void queriesAreTemperedByTheirPosition(String name) {
        try (Backend backend = TestBackends.open(name);
                SmallPlan plan = new SmallPlan(backend, arena)) {
            for (int position : new int[] {0, 8190, 16382, 1_000_000}) {
                float[] found = plan.run(2, position, new float[] {1, -2, 4, 8}, (ops, x) -> {
                    ops.temper(x, 8192, 0.1);
                    return x;
                });
                double[] factors = switch (position) {
                    case 0 -> new double[] {1, 1};
                    case 8190 -> new double[] {1, 1 + 0.1 * 0.6931471805599453};
                    case 16382 -> new double[] {1 + 0.1 * 0.6931471805599453, 1 + 0.1 * 1.0986122886681098};
                    default -> new double[] {1 + 0.1 * Math.log(123), 1 + 0.1 * Math.log(123)};
                };
                double[] expected = {factors[0], -2 * factors[0], 4 * factors[1], 8 * factors[1]};
                assertClose(expected, found, 1e-6);
            }
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
