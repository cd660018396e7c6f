// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

/**
 * How well a model predicts a text, over windows that advance by a stride (as Hugging Face's guide "Perplexity of fixed-length
 * models" defines it).
 *
 * @param negativeLogLikelihood sum of −ln p over all targets, in nats
 * @param tokens the targets: tokens whose probability was taken
 * @param context tokens of a window
 * @param stride tokens by which the window advances
 */
public record Perplexity(double negativeLogLikelihood, int tokens, int context, int stride) {

    /** {@code exp(negativeLogLikelihood / tokens)}: 1 at best, the size of the vocabulary for a model that only guesses. */
    public double value() {
        return Math.exp(negativeLogLikelihood / tokens);
    }

    /** Hears how far a computation is. */
    @FunctionalInterface
    public interface Progress {
        /** Says nothing. */
        Progress NONE = (done, total) -> {};

        /**
         * A target was scored.
         *
         * @param done targets so far
         * @param total all targets
         */
        void scored(int done, int total);
    }
}
