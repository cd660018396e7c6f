// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * The constants of {@link Dpo}.
 *
 * @param beta how much a difference of log-probabilities counts as reward
 * @param likelihood weight of the mean {@code −log p} of chosen answers beside it; 0 for DPO alone
 */
public record DpoSettings(double beta, double likelihood) {
    /** Of Llama 3. */
    public static final DpoSettings LLAMA_3 = new DpoSettings(0.1, 0.2);

    public DpoSettings {
        if (!(beta > 0) || !(likelihood >= 0)) {
            throw new IllegalArgumentException("beta and likelihood: found " + beta + " and " + likelihood);
        }
    }
}
