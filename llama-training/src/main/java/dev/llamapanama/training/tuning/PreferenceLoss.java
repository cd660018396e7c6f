// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * What a model says of some preferences.
 *
 * @param loss mean of all
 * @param margin mean of the rewards of chosen answers less those of rejected ones
 * @param accuracy the share whose chosen answer has the larger reward
 */
public record PreferenceLoss(double loss, double margin, double accuracy) {}
