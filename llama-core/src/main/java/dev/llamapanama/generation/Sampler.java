// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** Picks the next token. An instance serves one generation; not safe for several threads. */
@FunctionalInterface
public interface Sampler {

    /**
     * Picks a token.
     *
     * @param logits one for each token; may be overwritten
     * @return a token id
     */
    int sample(float[] logits);

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
