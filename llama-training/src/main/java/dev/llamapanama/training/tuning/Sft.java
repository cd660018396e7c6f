// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import java.util.List;

/**
 * Supervised fine-tuning: cross-entropy of answers, as Llama 2 has it (arXiv 2307.09288, 3.1): sequences are packed with examples, and tokens of
 * prompts have no loss. Here examples of a sequence don't see each other.
 *
 * {@snippet :
 * try (FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, threads)) {
 *     tuning.clearGradients();
 *     double loss = Sft.learn(network, Sft.pack(examples, 4096));
 *     Trainable.step(2e-5, new GradientClipping(1), List.of(tuning));
 * }
 * }
 */
public final class Sft {
    private Sft() {}

    /**
     * Batches with as many of the next examples as fit.
     *
     * @param tokens of a batch at most
     * @throws IllegalArgumentException if an example is longer
     */
    public static List<Batch> pack(List<Example> examples, int tokens) {
        return Packed.groups(examples, Example::size, tokens).stream()
                .map(group -> Packed.of(group).batch())
                .toList();
    }

    /**
     * Adds the gradients of a step, in which each answered token counts the same, whatever batch it is in.
     *
     * @return the mean of {@code −log p} over answered tokens
     * @throws IllegalArgumentException if nothing is answered
     */
    public static double learn(DecoderNetwork network, List<Batch> step) {
        int targets = step.stream().mapToInt(Batch::targetCount).sum();
        if (targets == 0) {
            throw new IllegalArgumentException("answered tokens: found none");
        }
        double sum = 0;
        for (Batch batch : step) {
            sum += network.learn(batch, 1f / targets);
        }
        return sum / targets;
    }
}
