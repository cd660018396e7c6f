// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * A preference, with what the model thought of it before it was tuned.
 *
 * @param chosen log-probability of the compared tokens of the chosen answer
 * @param rejected the same of the rejected one
 */
public record ReferredPreference(Preference preference, double chosen, double rejected) {}
