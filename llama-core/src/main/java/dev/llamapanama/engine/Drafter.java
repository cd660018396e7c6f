// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

/**
 * Guesses how the text of one generation goes on. Any guess is allowed, since the model decides: a good one saves a step, a bad one costs
 * a row of it. One thread at a time.
 */
public interface Drafter extends AutoCloseable {
    /** Most guesses of a step: with the token before them they fill the rows of one. */
    int MOST = InferenceEngine.MOST_TOGETHER - 1;

    /** Guesses nothing. */
    Drafter NONE = (text, length, most, cancellation) -> new int[0];

    /**
     * Guesses.
     *
     * @param text ids, of which the first {@code length} count, at least one; not to be changed
     * @param most at least 1
     * @param cancellation of the generation
     * @return ids of the vocabulary, at most so many
     */
    int[] draft(int[] text, int length, int most, Cancellation cancellation);

    /** Most guesses that it's asked for at a time; 0 for one that has none. */
    default int most() {
        return 0;
    }

    /** The generation has ended. */
    @Override
    default void close() {}
}
