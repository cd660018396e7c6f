// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/** Reads one kind of tokenizer file. */
interface TokenizerFormat {

    /** Whether the content begins like this format; must not throw on any content. */
    boolean recognises(byte[] content);

    /**
     * Reads the whole file.
     *
     * @param source the file, for messages
     * @throws TokenizerException if anything in it is not as the format demands
     */
    TokenizerDefinition read(String source, byte[] content);

    /**
     * Reads the whole file, and what files beside it add.
     *
     * @throws TokenizerException if anything in them is not as the format demands
     */
    default TokenizerDefinition read(String source, byte[] content, Neighbours beside) {
        return new HuggingFaceSettings(beside).applied(read(source, content));
    }
}
