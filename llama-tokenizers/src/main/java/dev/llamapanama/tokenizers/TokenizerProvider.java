// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/**
 * Builds tokenizers of one algorithm; found by {@link java.util.ServiceLoader}, so that other modules can add theirs.
 */
public interface TokenizerProvider {

    /** What this provider knows, in words, for the message that tells a user why a tokenizer was refused. */
    String knows();

    /** Whether this provider knows the algorithm and the pre-tokenizer of the definition. */
    boolean supports(TokenizerDefinition definition);

    /**
     * Builds the tokenizer of a definition that this provider {@linkplain #supports supports}.
     *
     * @throws TokenizerException where the definition contradicts itself
     */
    Tokenizer create(TokenizerDefinition definition);
}
