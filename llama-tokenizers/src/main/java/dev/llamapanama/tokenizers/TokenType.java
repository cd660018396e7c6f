// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.OptionalInt;
import java.util.regex.Pattern;

/** What an entry of the vocabulary is for, as SentencePiece and GGUF tell it ({@code tokenizer.ggml.token_type}). */
public enum TokenType {
    /** Text. */
    NORMAL,
    /** Stands for text that has no token. */
    UNKNOWN,
    /** Never matches text: begin, end, headers. */
    CONTROL,
    /** Matched in text before anything else. */
    USER_DEFINED,
    /** A hole in the numbering. */
    UNUSED,
    /** One byte, spelled {@code <0x0A>}. */
    BYTE;

    private static final Pattern BYTE_SPELLING = Pattern.compile("<0x[0-9A-F]{2}>");
    private static final int BYTE_LENGTH = 6;

    /** The byte, 0 to 255, that a spelling like {@code <0x0A>} stands for; nothing for any other spelling. */
    public static OptionalInt byteOf(String spelling) {
        return spelling.length() == BYTE_LENGTH
                        && BYTE_SPELLING.matcher(spelling).matches()
                ? OptionalInt.of(Integer.parseInt(spelling, 3, BYTE_LENGTH - 1, 16))
                : OptionalInt.empty();
    }
}
