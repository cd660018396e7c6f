// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParametricLawTest {
    /** The constants of Hoffmann et al. */
    private static final ParametricLaw CHINCHILLA = new ParametricLaw(1.69, 406.4, 0.34, 410.7, 0.28);

    private static final long[] SIZES = {40_000_000, 150_000_000, 500_000_000, 2_000_000_000};
    private static final double[] BUDGETS = {6e18, 3e19, 1e20, 1e21};

    private static ParametricLaw fit(List<ScalingPoint> points) {
        return ParametricLaw.fit(points).orElseThrow();
    }

    @Test
    void knownConstantsAreFound() {
        ParametricLaw found = fit(Points.grid(CHINCHILLA, SIZES, BUDGETS));
        assertEquals(CHINCHILLA.irreducible(), found.irreducible(), 1e-4);
        assertEquals(CHINCHILLA.parameterExponent(), found.parameterExponent(), 1e-4);
        assertEquals(CHINCHILLA.tokenExponent(), found.tokenExponent(), 1e-4);
        assertEquals(1, found.perParameter() / CHINCHILLA.perParameter(), 2e-3);
        assertEquals(1, found.perToken() / CHINCHILLA.perToken(), 2e-3);
    }

    @Test
    void oneOutlierMovesLittle() {
        List<ScalingPoint> points = new ArrayList<>(Points.grid(CHINCHILLA, SIZES, BUDGETS));
        points.set(5, points.get(5).withLoss(1.1 * points.get(5).loss()));
        ParametricLaw found = fit(points);
        double truth = CHINCHILLA.loss(7e9, 1.4e11);
        assertEquals(truth, found.loss(7e9, 1.4e11), 0.003 * truth);
    }

    @Test
    void noiseMovesPredictionsAsMuchAsItIs() {
        Random random = new Random(5);
        double truth = CHINCHILLA.loss(7e9, 1.4e11);
        for (int i = 0; i < 5; i++) {
            ParametricLaw found = fit(Points.noisy(Points.grid(CHINCHILLA, SIZES, BUDGETS), 0.002, random));
            assertEquals(truth, found.loss(7e9, 1.4e11), 0.02 * truth);
        }
    }

    @Test
    void whatTellsNoConstantsHasNoLaw() {
        assertTrue(ParametricLaw.fit(Points.grid(CHINCHILLA, new long[] {40_000_000, 2_000_000_000}, BUDGETS))
                .isEmpty());
        assertTrue(ParametricLaw.fit(Points.grid(CHINCHILLA, new long[] {40_000_000, 150_000_000, 500_000_000}, 1e20))
                .isEmpty());
        ParametricLaw onlyTokens = new ParametricLaw(1.69, 0, 0.34, 410.7, 0.28);
        assertTrue(ParametricLaw.fit(Points.grid(onlyTokens, SIZES, BUDGETS)).isEmpty());
    }

    @Test
    void theOptimalSizeHasTheLeastLoss() {
        OptimalSize optimal = CHINCHILLA.optimal();
        assertEquals(0.28 / 0.62, optimal.exponent(), 1e-12);
        double compute = 1e21;
        double best = optimal.parameters(compute);
        assertEquals(compute, ScalingPoint.operations(best, optimal.tokens(compute)), 1e-6 * compute);
        double least = CHINCHILLA.loss(best, optimal.tokens(compute));
        for (double factor : new double[] {0.8, 0.98, 1.02, 1.25}) {
            assertTrue(CHINCHILLA.loss(best * factor, optimal.tokens(compute) / factor) > least, "at " + factor);
        }
    }
}
