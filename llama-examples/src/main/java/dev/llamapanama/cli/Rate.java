// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.util.Arrays;

/**
 * Tokens per second over several repetitions.
 *
 * @param mean their mean
 * @param standardDeviation of the sample; 0 for a single repetition
 * @param median the middle one
 */
record Rate(double mean, double standardDeviation, double median) {

    static Rate of(double... samples) {
        double mean = Arrays.stream(samples).average().orElseThrow();
        double squares =
                Arrays.stream(samples).map(x -> (x - mean) * (x - mean)).sum();
        double[] sorted = Arrays.stream(samples).sorted().toArray();
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Rate(mean, samples.length == 1 ? 0 : Math.sqrt(squares / (samples.length - 1)), median);
    }

    /** The share of one of so many that worked side by side. */
    Rate share(int count) {
        return new Rate(mean / count, standardDeviation / count, median / count);
    }
}
