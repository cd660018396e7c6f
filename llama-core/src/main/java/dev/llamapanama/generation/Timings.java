// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * How long a generation took.
 *
 * @param loadMillis from the call of open to the model being ready
 * @param firstTokenMillis from the call to the first token
 * @param prefillTokensPerSecond speed at which the prompt was read
 * @param decodeTokensPerSecond speed at which tokens were generated after the first; 0 where there was none
 */
public record Timings(
        double loadMillis, double firstTokenMillis, double prefillTokensPerSecond, double decodeTokensPerSecond) {}
