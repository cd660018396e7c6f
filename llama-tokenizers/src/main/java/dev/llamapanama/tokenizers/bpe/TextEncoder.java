// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Turns plain text into ids: the part in which the algorithms differ. Immutable. */
interface TextEncoder {

    /**
     * Appends the ids of a stretch of text without lone surrogates. No control token comes of it, whatever the text.
     *
     * @param first whether it is the beginning of the whole text, with no token cut out before it
     */
    void encode(String text, boolean first, IntList ids);
}
