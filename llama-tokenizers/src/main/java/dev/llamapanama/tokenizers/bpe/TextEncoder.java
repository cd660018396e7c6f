// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

/** Turns plain text into ids: the part in which the algorithms differ. Immutable. */
interface TextEncoder {

    /** Appends the ids of a text without lone surrogates. No control token comes of it, whatever the text. */
    void encode(String text, IntList ids);
}
