// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/**
 * A tokenizer file or definition that cannot be used: names the source, the field, what was found and what was
 * expected.
 */
public final class TokenizerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * For a value that can't be.
     *
     * @param source the file or checkpoint that holds the tokenizer
     * @param field the field at fault, in the words of the file format
     * @param found what stands there
     * @param expected what may stand there
     */
    public TokenizerException(String source, String field, Object found, String expected) {
        super(source + ": " + field + ": found " + found + ", expected " + expected);
    }

    /**
     * For a file that can't be read or written.
     *
     * @param source the file
     * @param cause why
     */
    public TokenizerException(String source, Throwable cause) {
        super(source + ": " + cause, cause);
    }
}
