// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Turns plain text into ids: the part in which the algorithms differ. Immutable. */
interface TextEncoder {

    /**
     * Hands on the tokens of a stretch of text.
     *
     * @param text the whole text, without lone surrogates; not to be written to
     * @param from where the stretch begins: at 0, or after a token that was cut out of the text
     * @param to where the stretch ends
     */
    void encode(char[] text, int from, int to, TokenSink sink);
}
