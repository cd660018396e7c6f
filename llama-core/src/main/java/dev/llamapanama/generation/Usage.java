// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * Tokens that were worked on.
 *
 * @param promptTokens tokens of the prompt, the begin token included
 * @param cachedTokens those of them that weren't run, because the same had been read before
 * @param completionTokens tokens generated, an end token not included
 * @param draftedTokens tokens that were guessed and run beside others
 * @param acceptedTokens those of them that came true: so many steps were saved
 */
public record Usage(int promptTokens, int cachedTokens, int completionTokens, int draftedTokens, int acceptedTokens) {

    /** Without guesses. */
    public Usage(int promptTokens, int cachedTokens, int completionTokens) {
        this(promptTokens, cachedTokens, completionTokens, 0, 0);
    }
}
