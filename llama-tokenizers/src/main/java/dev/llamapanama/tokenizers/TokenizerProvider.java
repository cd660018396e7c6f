// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/** Builds tokenizers of one algorithm; found by {@link java.util.ServiceLoader}, so that other modules can add theirs. */
public interface TokenizerProvider {

    /** Whether this provider knows the algorithm and the pre-tokenizer of the definition. */
    boolean supports(TokenizerDefinition definition);

    /**
     * @throws TokenizerException where the definition contradicts itself
     */
    Tokenizer create(TokenizerDefinition definition);
}
