// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ComputeLawTest {
    private static final ComputeLaw STRAIGHT = new ComputeLaw(0, 40, 0.08);
    private static final ComputeLaw BENT = new ComputeLaw(1.7, 300, 0.19);

    @Test
    void aStraightLineIsFound() {
        ComputeLaw found = ComputeLaw.fit(Points.along(STRAIGHT, 5, 3));
        assertEquals(0, found.irreducible());
        assertEquals(STRAIGHT.exponent(), found.exponent(), 1e-9);
        assertEquals(STRAIGHT.coefficient(), found.coefficient(), 1e-6);
    }

    @Test
    void theIrreducibleLossIsFound() {
        ComputeLaw found = ComputeLaw.fit(Points.along(BENT, 8, 3));
        assertEquals(BENT.irreducible(), found.irreducible(), 1e-4);
        assertEquals(BENT.exponent(), found.exponent(), 1e-4);
        assertEquals(1, found.coefficient() / BENT.coefficient(), 1e-2);
    }

    /** Five points can't tell three constants and noise. */
    @Test
    void fewPointsHaveAStraightLine() {
        assertEquals(0, ComputeLaw.fit(Points.along(BENT, 5, 3)).irreducible());
    }

    @Test
    void noiseBendsNoLine() {
        Random random = new Random(3);
        int bent = 0;
        for (int i = 0; i < 50; i++) {
            ComputeLaw found = ComputeLaw.fit(Points.noisy(Points.along(STRAIGHT, 8, 3), 0.005, random));
            bent += found.irreducible() > 0 ? 1 : 0;
            assertEquals(STRAIGHT.loss(1e13), found.loss(1e13), 0.02 * STRAIGHT.loss(1e13));
        }
        assertTrue(bent < 10, bent + " of 50");
    }

    private static String refused(List<ScalingPoint> points) {
        return String.valueOf(assertThrows(ScalingLawException.class, () -> ComputeLaw.fit(points))
                .getMessage());
    }

    @Test
    void whatTellsNoLawIsRefused() {
        assertEquals("compute: found 2 different, expected 3 or more", refused(Points.along(STRAIGHT, 2, 3)));
        assertEquals("compute: found 1 different, expected 3 or more", refused(Points.along(STRAIGHT, 7, 1)));
        String growing = refused(Points.along(new ComputeLaw(0, 1, -0.1), 6, 3));
        assertTrue(growing.startsWith("loss: found one that grows with compute (exponent -0.1"), growing);
        String still = refused(Points.along(new ComputeLaw(0, 2, 0), 4, 3));
        assertTrue(still.startsWith("loss: found"), still);
    }
}
