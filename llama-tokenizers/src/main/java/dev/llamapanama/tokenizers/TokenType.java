// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

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
    BYTE
}
