// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * Why a token is to become more or less likely.
 *
 * @param sampled its log-probability when it was sampled
 * @param advantage whitened
 */
record PpoSample(double sampled, double advantage) {
    /** The derivative of {@code −min(ratio · advantage, clipped ratio · advantage)} by the log-probability. */
    double derivative(double logProbability, double clip) {
        double ratio = Math.exp(logProbability - sampled);
        boolean clipped = advantage > 0 ? ratio > 1 + clip : ratio < 1 - clip;
        return clipped ? 0 : -ratio * advantage;
    }
}
