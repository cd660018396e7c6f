// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import dev.llamapanama.tensor.LargestLogits;

/** A sampler that often needs no more of the logits than a GPU finds by itself. */
public interface LargestSampler extends Sampler {

    /** At which temperature probabilities are looked at; 0: at none. */
    float temperature();

    /** Whether {@link #sample(LargestLogits)} picks the token that {@link #process} and {@link #sample(float[])} would pick of all. */
    boolean isEnough(LargestLogits largest);

    /**
     * Picks a token.
     *
     * @param largest enough of them
     * @return a token id
     */
    int sample(LargestLogits largest);
}
