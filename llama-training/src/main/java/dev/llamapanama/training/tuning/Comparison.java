// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * Two answers to a prompt for a reward model, which reads all tokens; masks don't matter.
 *
 * @param margin by which the reward of the chosen one should be larger: in Llama 2 up to 1 or 3 for a much better one (arXiv 2307.09288, A.3.3), in
 *     Llama 3 always 0
 */
public record Comparison(Example chosen, Example rejected, double margin) {
    public Comparison {
        if (!(margin >= 0) || Double.isInfinite(margin)) {
            throw new IllegalArgumentException("margin: found " + margin);
        }
    }

    /** Tokens of both. */
    public int size() {
        return chosen.size() + rejected.size();
    }
}
