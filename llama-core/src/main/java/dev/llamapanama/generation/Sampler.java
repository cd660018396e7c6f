// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** Picks the next token. An instance serves one generation, one thread at a time, and hears of each token of its text. */
@FunctionalInterface
public interface Sampler {

    /**
     * Picks a token.
     *
     * @param logits one for each token, as {@link #process} has left them; may be overwritten
     * @return a token id
     */
    int sample(float[] logits);

    /**
     * Changes logits before what may come next is restricted to a grammar, and before {@link #sample}.
     *
     * @param logits one for each token
     */
    default void process(float[] logits) {}

    /** The text begins with these tokens. */
    default void begin(int[] prompt) {}

    /** A token was picked. */
    default void accept(int token) {}

    /** Whether nothing can follow. */
    default boolean isFinished() {
        return false;
    }

    /** The token of the greatest logit; of equal ones the first. */
    static int argmax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
