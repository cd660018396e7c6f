// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/**
 * How a token that was added to a vocabulary is looked for in text, in the words of {@code tokenizer.json}.
 *
 * @param id the token
 * @param lstrip whether white space before it becomes part of it
 * @param rstrip whether white space after it becomes part of it
 * @param singleWord whether it must stand alone: neither after nor before a letter, digit, mark or underscore
 * @param normalized whether it is looked for after the other added tokens, in normalized text
 */
public record AddedToken(int id, boolean lstrip, boolean rstrip, boolean singleWord, boolean normalized) {

    /** The same, looked for in text before normalization. */
    AddedToken inTextAsItStands() {
        return new AddedToken(id, lstrip, rstrip, singleWord, false);
    }
}
