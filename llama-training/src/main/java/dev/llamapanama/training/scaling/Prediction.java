// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

/**
 * The loss of a model that isn't trained yet.
 *
 * @param law that says so: {@code compute} or {@code size}
 * @param loss the most likely
 * @param low 5 of 100 lie below
 * @param high 5 of 100 lie above
 */
public record Prediction(String law, double loss, double low, double high) {}
