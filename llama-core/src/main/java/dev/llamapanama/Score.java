// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

/**
 * How probable a model holds a continuation for.
 *
 * @param logLikelihood sum of ln p over its tokens
 * @param tokens how many they are
 * @param greedy whether each of them is the most probable one at its place
 */
public record Score(double logLikelihood, int tokens, boolean greedy) {}
