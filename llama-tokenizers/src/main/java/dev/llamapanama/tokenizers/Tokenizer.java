// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.OptionalInt;

/**
 * Turns text into token ids and back. Immutable and safe for use by many threads at once.
 *
 * <p>Every method that takes an id throws {@link IllegalArgumentException} where the id is not in {@code [0,
 * vocabularySize())}.
 */
public interface Tokenizer {

    /** Number of ids; they run from 0. */
    int vocabularySize();

    /** Ids with a meaning beyond text. */
    SpecialTokens specialTokens();

    /**
     * Ids of plain text: nothing is added before or after, and no spelling of a control token is recognised, so that
     * text from outside cannot forge one. A lone surrogate counts as U+FFFD; NUL is a character like others.
     */
    default int[] encode(String text) {
        return encode(text, EncodeOptions.TEXT);
    }

    /**
     * Ids of text, with begin and end tokens and control tokens in the text as the options say.
     *
     * @throws TokenizerException where a begin or end token is asked for and the vocabulary has none
     */
    int[] encode(String text, EncodeOptions options);

    /** Ids of plain text, as {@link #encode(String)} gives them, and where in the text they come from. */
    default Encoding encodeWithOffsets(String text) {
        return encodeWithOffsets(text, EncodeOptions.TEXT);
    }

    /**
     * The ids that {@link #encode(String, EncodeOptions)} gives, and where in the text they come from.
     *
     * @throws TokenizerException where a begin or end token is asked for and the vocabulary has none
     */
    Encoding encodeWithOffsets(String text, EncodeOptions options);

    /** Number of ids of {@code encode(text)}. */
    default int count(String text) {
        return count(text, EncodeOptions.TEXT);
    }

    /**
     * Number of ids of {@code encode(text, options)}; those of this module make no array of ids for it.
     *
     * @throws TokenizerException where a begin or end token is asked for and the vocabulary has none
     */
    default int count(String text, EncodeOptions options) {
        return encode(text, options).length;
    }

    /**
     * Text of ids. Control tokens print nothing; bytes that are not UTF-8 become U+FFFD; where encoding puts a space
     * before the text, one leading space is taken off. Equal to what {@link #streamingDecoder()} gives for the same
     * ids.
     */
    String decode(int[] ids);

    /** A new decoder for one stream of ids. */
    StreamingDecoder streamingDecoder();

    /**
     * The bytes that a token adds to the text, in a new array: empty for a control token, part of a character where the
     * vocabulary cuts that fine.
     */
    byte[] tokenBytes(int id);

    /**
     * The spelling of a token in the vocabulary: SentencePiece writes a space as U+2581, byte-level BPE writes bytes in
     * {@linkplain ByteAlphabet its printable alphabet}, control tokens stand as they are.
     */
    String piece(int id);

    /** What a token is for. */
    TokenType type(int id);

    /** The token with this {@linkplain #piece spelling}, whatever its type. */
    OptionalInt idOf(String piece);
}
