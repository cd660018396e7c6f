// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    private static final double EXACT = 1e-15;

    /** Llama 2: 2000 steps up to 3e-4, then a cosine to a tenth. */
    @Test
    void warmUpAndCosine() {
        LearningRate rate = new LearningRate.WarmUp(2000, new LearningRate.Cosine(3e-4, 0.1, 10_000));

        assertEquals(3e-4 / 2000, rate.at(0), EXACT);
        assertEquals(1.5e-4, rate.at(999), EXACT);
        assertEquals(3e-4, rate.at(1999), EXACT);
        assertEquals(3e-4, rate.at(2000), EXACT);
        assertEquals(3e-4 * (0.1 + 0.9 * (1 + Math.sqrt(0.5)) / 2), rate.at(4500), EXACT);
        assertEquals(1.65e-4, rate.at(7000), EXACT);
        assertEquals(3e-5, rate.at(12_000), EXACT);
        assertEquals(3e-5, rate.at(1_000_000), EXACT);
    }

    /** Llama 3 ends with a line to 0. */
    @Test
    void annealing() {
        LearningRate rate =
                new LearningRate.Sequence(new LearningRate.Constant(2e-4), 100, new LearningRate.Annealing(2e-4, 50));

        assertEquals(2e-4, rate.at(0), EXACT);
        assertEquals(2e-4, rate.at(99), EXACT);
        assertEquals(2e-4, rate.at(100), EXACT);
        assertEquals(1e-4, rate.at(125), EXACT);
        assertEquals(0, rate.at(150), EXACT);
        assertEquals(0, rate.at(151), EXACT);
    }

    @Test
    void areValues() {
        assertEquals(new LearningRate.Cosine(1, 0.1, 5), new LearningRate.Cosine(1, 0.1, 5));
        assertThrows(IllegalArgumentException.class, () -> new LearningRate.Annealing(1, 0));
    }
}
