// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/**
 * What tokens lose that have come up lately, in the prompt or in the answer. For a token that came up {@code n} times, a logit {@code l}
 * becomes {@code l' − n · frequency − presence}, where {@code l'} is {@code l / repetition}, or {@code l · repetition} for a negative
 * {@code l} (Keskar et al., CTRL, arXiv 1909.05858; the others as in OpenAI's API).
 *
 * @param repetition 1 for none; more for fewer repetitions
 * @param frequency 0 for none
 * @param presence 0 for none
 * @param window how many of the last tokens count; −1 for all
 */
public record Penalties(double repetition, double frequency, double presence, int window) {
    /** No token loses anything. */
    public static final Penalties NONE = new Penalties(1, 0, 0, 64);

    public Penalties {
        Require.that(repetition > 0 && Double.isFinite(repetition), "repetitionPenalty", repetition, "more than 0");
        Require.that(Double.isFinite(frequency), "frequencyPenalty", frequency, "a number");
        Require.that(Double.isFinite(presence), "presencePenalty", presence, "a number");
        Require.that(window >= -1, "penaltyWindow", window, "0 or more, or −1 for all");
    }

    boolean areNone() {
        return window == 0 || (repetition == 1 && frequency == 0 && presence == 0);
    }

    void apply(History history, float[] logits) {
        history.counts(window).forEach((token, count) -> {
            if (token < logits.length) {
                double logit = logits[token];
                double repeated = logit > 0 ? logit / repetition : logit * repetition;
                logits[token] = (float) (repeated - count * frequency - presence);
            }
        });
    }
}
