// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What this machine can do at most, as measured here: the best of all numbers of threads.
 *
 * @param bytesPerSecond read from memory
 * @param flopsPerSecond multiplied and added in registers
 */
record Limits(double bytesPerSecond, double flopsPerSecond) {

    static Limits of(List<Measured> measured) {
        return new Limits(
                best(measured.stream()
                        .filter(m -> m.what().kernel() == Kernel.READ)
                        .mapToDouble(Measured::bytesPerSecond)),
                best(measured.stream()
                        .filter(m -> m.what().kernel() == Kernel.FMA)
                        .mapToDouble(Measured::flopsPerSecond)));
    }

    private static double best(DoubleStream rates) {
        return rates.max().orElse(Double.NaN);
    }
}
