// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScalingLawsTest {
    private static final ComputeLaw STRAIGHT = new ComputeLaw(0, 40, 0.08);
    private static final ParametricLaw CHINCHILLA = new ParametricLaw(1.69, 406.4, 0.34, 410.7, 0.28);
    private static final long[] SIZES = {100_000_000, 300_000_000, 900_000_000};
    private static final double[] BUDGETS = {3e19, 1e20, 3e20};
    private static final double NOISE = 0.01;

    /** Student's t with 3 degrees of freedom: 5 of 100 lie above. */
    private static final double T = 2.353;

    @Test
    void theBestOfEachBudgetIsTaken() {
        List<ScalingPoint> points = Points.grid(CHINCHILLA, SIZES, BUDGETS);
        ScalingLaws laws = ScalingLaws.ofEqualCompute(points);
        assertEquals(
                List.of("300000000-3.0E19", "900000000-1.0E20", "900000000-3.0E20"),
                laws.best().stream().map(ScalingPoint::member).toList());
        assertNotNull(laws.bySize());
        assertEquals(laws.bySize().optimal(), laws.optimalBySize());
        List<Prediction> predictions = laws.predict(points, 3e9, 6e10);
        assertEquals(
                List.of("compute", "size"),
                predictions.stream().map(Prediction::law).toList());
        assertEquals(CHINCHILLA.loss(3e9, 6e10), predictions.get(1).loss(), 1e-4);
    }

    @Test
    void minimaOfBudgetsLieWhereTheLawHasThem() {
        long[] sizes = {400_000_000, 550_000_000, 750_000_000, 1_000_000_000};
        double[] budgets = {6e19, 1e20, 1.7e20};
        ScalingLaws laws = ScalingLaws.ofEqualCompute(Points.grid(CHINCHILLA, sizes, budgets));
        assertEquals(3, laws.minima().size());
        OptimalSize optimal = CHINCHILLA.optimal();
        for (IsoFlopMinimum minimum : laws.minima()) {
            assertEquals(1, minimum.parameters() / optimal.parameters(minimum.compute()), 0.01);
        }
        assertNotNull(laws.optimalByMinima());
        assertEquals(optimal.exponent(), laws.optimalByMinima().exponent(), 0.005);
    }

    @Test
    void ofAnyComputeTheEnvelopeIsTaken() {
        List<ScalingPoint> points = Points.along(STRAIGHT, 4, 3);
        ScalingPoint worse = new ScalingPoint("worse", "s", 1, 1_000, 1_000_000_000, 9);
        ScalingLaws laws =
                ScalingLaws.ofAnyCompute(List.of(points.get(2), worse, points.get(0), points.get(1), points.get(3)));
        assertEquals(points, laws.best());
        assertEquals(STRAIGHT.exponent(), laws.byCompute().exponent(), 1e-9);
        assertNull(laws.bySize(), "too many constants");
    }

    @Test
    void familiesThatTellNothingAreRefused() {
        List<ScalingPoint> points = Points.along(STRAIGHT, 4, 3);
        String infinite = String.valueOf(assertThrows(
                        ScalingLawException.class,
                        () -> ScalingLaws.ofAnyCompute(
                                List.of(points.get(0), points.get(1).withLoss(Double.NaN), points.get(3))))
                .getMessage());
        assertEquals("loss of m1: found NaN, expected a number above 0", infinite);
        assertThrows(
                ScalingLawException.class,
                () -> ScalingLaws.ofEqualCompute(Points.grid(CHINCHILLA, SIZES, 1e20, 3e20)),
                "two budgets, though six different computes after rounding");
        assertThrows(ScalingLawException.class, () -> ScalingLaws.requireDifferent(1, 2, 2, 1));
        ScalingLaws.requireDifferent(1, 2, 3);
    }

    /** Of a line through logarithms it is known what the interval is. */
    @Test
    void theIntervalIsTheTextbooks() {
        List<ScalingPoint> points = Points.noisy(Points.along(STRAIGHT, 5, 3), NOISE, new Random(11));
        ScalingLaws laws = ScalingLaws.ofAnyCompute(points);
        assertEquals(5, laws.best().size());
        double compute = 3e15;
        Prediction prediction = laws.predict(points, 1e6, compute / 6e6).getFirst();
        double[] x =
                points.stream().mapToDouble(point -> Math.log(point.compute())).toArray();
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < x.length; i++) {
            mean += x[i] / x.length;
            squares += Math.pow(
                            Math.log(points.get(i).loss()
                                    / laws.byCompute().loss(points.get(i).compute())),
                            2)
                    / (x.length - 2);
        }
        double spread = 0;
        for (double each : x) {
            spread += (each - mean) * (each - mean);
        }
        double width = T * Math.sqrt(squares * (1 + 1.0 / x.length + Math.pow(Math.log(compute) - mean, 2) / spread));
        assertEquals(laws.byCompute().loss(compute), prediction.loss(), 1e-12);
        assertEquals(width, Math.log(prediction.high() / prediction.loss()), 0.2 * width);
        assertEquals(width, Math.log(prediction.loss() / prediction.low()), 0.2 * width);
    }

    /** Nine of ten, as it says; by chance eight to ten. */
    @Test
    void intervalsHoldTheTruth() {
        Random random = new Random(2);
        int held = 0;
        int families = 200;
        for (int i = 0; i < families; i++) {
            List<ScalingPoint> points = Points.noisy(Points.along(STRAIGHT, 5, 10), NOISE, random);
            Prediction prediction = ScalingLaws.ofAnyCompute(points)
                    .predict(points, 1e6, 1e18 / 6e6)
                    .getFirst();
            double truth = STRAIGHT.loss(1e18) * Math.exp(NOISE * random.nextGaussian());
            held += prediction.low() <= truth && truth <= prediction.high() ? 1 : 0;
        }
        assertTrue(held >= 0.83 * families && held <= 0.97 * families, held + " of " + families);
    }

    @Test
    void theIntervalOfSizesHoldsTheTruth() {
        Random random = new Random(4);
        double truth = CHINCHILLA.loss(3e9, 6e10);
        int held = 0;
        for (int i = 0; i < 4; i++) {
            List<ScalingPoint> points = Points.noisy(Points.grid(CHINCHILLA, SIZES, BUDGETS), 0.001, random);
            ParametricLaw law = ParametricLaw.fit(points).orElseThrow();
            Prediction prediction = new Predictor(3e9, 6e10, 100).by(law, points);
            assertTrue(prediction.low() < prediction.high(), prediction.toString());
            assertTrue(prediction.high() / prediction.low() < 1.1, prediction.toString());
            held += prediction.low() <= truth && truth <= prediction.high() ? 1 : 0;
        }
        assertTrue(held >= 3, held + " of 4");
    }
}
