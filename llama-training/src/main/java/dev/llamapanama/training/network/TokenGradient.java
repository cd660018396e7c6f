// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

/**
 * A loss, by its derivatives: of cross-entropy {@code -1} or a negative weight for all, of others what they say. Called for each target once, by
 * several threads at a time.
 */
@FunctionalInterface
public interface TokenGradient {
    /**
     * @param row of the batch
     * @param logProbability of the row's target
     * @return the derivative of the loss by this log-probability
     */
    float at(int row, float logProbability);
}
