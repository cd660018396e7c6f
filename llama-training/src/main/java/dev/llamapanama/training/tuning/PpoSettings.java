// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * The constants of {@link Ppo}.
 *
 * @param clip how far a token's probability may move from what it was when it was sampled, as a share, before it is no longer pushed
 * @param klPenalty what each nat of divergence from the reference costs
 * @param valueWeight of the loss of values beside that of the policy
 * @param discount of rewards for each token that they are away
 * @param lambda of generalised advantage estimation: 0 trusts values, 1 rewards
 * @param miniBatch answers to a step
 */
public record PpoSettings(
        double clip, double klPenalty, double valueWeight, double discount, double lambda, int miniBatch) {
    /** Of Llama 2's 7B and 13B (arXiv 2307.09288, 3.2.3); what it doesn't say is as in TRL. */
    public static final PpoSettings LLAMA_2 = new PpoSettings(0.2, 0.01, 0.1, 1, 0.95, 64);

    public PpoSettings {
        require(clip > 0 && clip < 1, "clip", clip);
        require(klPenalty >= 0, "penalty", klPenalty);
        require(valueWeight >= 0, "weight of values", valueWeight);
        require(discount >= 0 && discount <= 1, "discount", discount);
        require(lambda >= 0 && lambda <= 1, "lambda", lambda);
        require(miniBatch > 0, "answers to a step", miniBatch);
    }

    private static void require(boolean holds, String name, double found) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": found " + found);
        }
    }
}
