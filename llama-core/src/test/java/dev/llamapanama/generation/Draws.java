// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.IntSupplier;

/** Pearson's chi-square test of what is drawn against exact probabilities. */
final class Draws {
    private static final int COUNT = 40_000;

    private Draws() {}

    static void assertFollow(double[] probabilities, IntSupplier draw) {
        int[] counts = new int[probabilities.length];
        for (int i = 0; i < COUNT; i++) {
            counts[draw.getAsInt()]++;
        }
        double chiSquare = 0;
        int cells = 0;
        for (int id = 0; id < counts.length; id++) {
            double mean = probabilities[id] * COUNT;
            if (probabilities[id] == 0) {
                assertEquals(0, counts[id], "token " + id + " is out of reach");
            } else if (mean >= 5) {
                chiSquare += (counts[id] - mean) * (counts[id] - mean) / mean;
                cells++;
            }
        }
        // One in a million random seeds would exceed it.
        assertTrue(chiSquare < cells + 6 * Math.sqrt(2.0 * cells) + 12, "chi square " + chiSquare);
    }
}
