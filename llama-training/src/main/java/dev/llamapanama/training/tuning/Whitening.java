// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.Arrays;

/** Numbers with a mean of 0 and a deviation of 1; equal ones are all 0. */
final class Whitening {
    private static final double EPSILON = 1e-8;

    private Whitening() {}

    static double[] of(double[] x) {
        double mean = Arrays.stream(x).average().orElse(0);
        double variance = Arrays.stream(x)
                .map(each -> (each - mean) * (each - mean))
                .average()
                .orElse(0);
        return Arrays.stream(x)
                .map(each -> (each - mean) / Math.sqrt(variance + EPSILON))
                .toArray();
    }
}
