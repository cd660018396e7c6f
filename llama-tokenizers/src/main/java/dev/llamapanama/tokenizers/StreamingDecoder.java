// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/**
 * Turns a stream of ids into text as they come. All that {@link #push} and {@link #flush} return, joined, equals
 * {@link Tokenizer#decode} of all the ids. One for every stream; not safe for use by several threads.
 */
public interface StreamingDecoder {

    /**
     * Takes one id and returns the text that is now complete: never half a character. At most three bytes that may
     * still become a character are held back; a byte that cannot is U+FFFD at once.
     *
     * @throws IllegalArgumentException where the id is not in the vocabulary; the stream is as before
     */
    String push(int id);

    /** Ends the text: returns what was held back, as U+FFFD. The next {@link #push} begins a new text. */
    String flush();
}
