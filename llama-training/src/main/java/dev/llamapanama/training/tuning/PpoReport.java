// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * What the answers of an iteration were like, before its steps.
 *
 * @param reward mean of all answers, as it is: neither whitened nor with a penalty
 * @param divergence mean of {@code log p − log p₀} of answers: the estimate of the Kullback-Leibler divergence from the reference
 * @param valueLoss mean of half the squared errors of values, over tokens
 * @param gradientNorm mean of the steps', before clipping
 */
public record PpoReport(double reward, double divergence, double valueLoss, double gradientNorm) {}
