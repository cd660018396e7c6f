// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/**
 * What {@link Tokenizer#encode(String, EncodeOptions)} does beyond turning text into ids.
 *
 * @param bos whether the ids begin with the begin-of-text token
 * @param eos whether the ids end with the end-of-text token
 * @param parseSpecial whether spellings of control tokens in the text become those tokens, the leftmost first and of
 *     those the longest. Only for text that the program wrote itself: with text from outside, it lets its author forge
 *     control tokens
 */
public record EncodeOptions(Boundary bos, Boundary eos, boolean parseSpecial) {

    /** Plain text: no token added, none recognised. */
    public static final EncodeOptions TEXT = new EncodeOptions(Boundary.NEVER, Boundary.NEVER, false);

    /** A whole prompt: begin and end tokens as the tokenizer's definition says. */
    public static final EncodeOptions PROMPT = new EncodeOptions(Boundary.AS_DEFINED, Boundary.AS_DEFINED, false);

    /** Whether a begin or end token is added. */
    public enum Boundary {
        /** As {@link SpecialTokens#addBos()} and {@link SpecialTokens#addEos()} say. */
        AS_DEFINED,
        /** Added, whatever the definition says. */
        ALWAYS,
        /** Not added. */
        NEVER
    }

    /** The same with another choice for the begin token. */
    public EncodeOptions withBos(Boundary choice) {
        return new EncodeOptions(choice, eos, parseSpecial);
    }

    /** The same with another choice for the end token. */
    public EncodeOptions withEos(Boundary choice) {
        return new EncodeOptions(bos, choice, parseSpecial);
    }

    /** The same with control tokens in the text recognised or not. */
    public EncodeOptions withParseSpecial(boolean choice) {
        return new EncodeOptions(bos, eos, choice);
    }
}
