// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/** The loss {@code −log σ(x)} of a preference. */
final class Logistic {
    private Logistic() {}

    static double loss(double x) {
        return Math.max(-x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    static double derivative(double x) {
        return -1 / (1 + Math.exp(x));
    }
}
