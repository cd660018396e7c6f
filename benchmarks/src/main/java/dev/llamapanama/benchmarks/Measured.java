// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

/**
 * What a case took.
 *
 * @param seconds of one operation, the median of all iterations
 */
record Measured(Case what, double seconds) {
    double bytesPerSecond() {
        return what.describe().work().bytes() / seconds;
    }

    double flopsPerSecond() {
        return what.describe().work().flops() / seconds;
    }
}
