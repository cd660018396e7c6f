// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * Tokens that were worked on.
 *
 * @param promptTokens tokens of the prompt, the begin token included
 * @param cachedTokens those of them that weren't run, because the same had been read before
 * @param completionTokens tokens generated, an end token not included
 */
public record Usage(int promptTokens, int cachedTokens, int completionTokens) {}
