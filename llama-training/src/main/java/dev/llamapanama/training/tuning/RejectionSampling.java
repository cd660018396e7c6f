// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** The best of several answers, by reward, to be learnt by {@link Sft}: 10 to 30 in Llama 3 (arXiv 2407.21783, 4.2.2). */
public final class RejectionSampling {
    private final Sampler sampler;
    private final Reward reward;

    /**
     * @param sampler of the model that is to become better
     * @param reward says which answer is best
     */
    public RejectionSampling(Sampler sampler, Reward reward) {
        this.sampler = sampler;
        this.reward = reward;
    }

    /**
     * The best answer to each prompt.
     *
     * @param answers that are sampled for each; the first of the best is taken
     */
    public List<Example> best(List<int[]> prompts, int answers, Random random) {
        if (answers < 1) {
            throw new IllegalArgumentException("answers to a prompt: found " + answers);
        }
        List<Example> best = new ArrayList<>();
        double[] rewards = new double[prompts.size()];
        Arrays.fill(rewards, Double.NEGATIVE_INFINITY);
        for (int round = 0; round < answers; round++) {
            List<Example> next = sampler.sample(prompts, random);
            double[] found = reward.of(next);
            for (int i = 0; i < found.length; i++) {
                if (round == 0) {
                    best.add(next.get(i));
                } else if (found[i] > rewards[i]) {
                    best.set(i, next.get(i));
                }
                rewards[i] = Math.max(rewards[i], found[i]);
            }
        }
        return best;
    }
}
