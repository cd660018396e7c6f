// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

/**
 * The constants of {@link AdamW}.
 *
 * @param beta1 how much of the mean of gradients a step keeps
 * @param beta2 how much of the mean of their squares a step keeps
 * @param epsilon is added to the root of the latter
 * @param weightDecay of matrices, times the learning rate; weights of norms don't decay
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay) {
    /** Of Llama 1 and 2 (arXiv 2302.13971, 2307.09288). */
    public static final AdamWSettings LLAMA = new AdamWSettings(0.9, 0.95, 1e-5, 0.1);

    public AdamWSettings {
        require(beta1 >= 0 && beta1 < 1, "beta 1", beta1);
        require(beta2 >= 0 && beta2 < 1, "beta 2", beta2);
        require(epsilon > 0, "epsilon", epsilon);
        require(weightDecay >= 0, "weight decay", weightDecay);
    }

    private static void require(boolean holds, String name, double found) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": found " + found);
        }
    }
}
