// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/** Turns text into token ids and back. Immutable and safe for use by many threads at once. */
public interface Tokenizer {

    /** Number of ids; they run from 0. */
    int vocabularySize();
}
