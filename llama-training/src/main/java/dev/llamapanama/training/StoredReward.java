// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Reward;
import dev.llamapanama.training.tuning.RewardModel;
import dev.llamapanama.training.tuning.ScalarHead;
import java.nio.file.Path;
import java.util.List;

/**
 * A reward model that {@link TuningKind#REWARD} has trained, to tell answers by. Not safe for several threads; its own stop with {@link #close}.
 *
 * {@snippet :
 * try (StoredReward reward = StoredReward.open(Path.of("judge"), 2048)) {
 *     double[] worth = reward.of(prompt, List.of(one, other));
 * }
 * }
 */
public final class StoredReward implements Reward, AutoCloseable {
    private final DecoderNetwork network;
    private final ScalarHead head;

    private StoredReward(DecoderNetwork network, ScalarHead head) {
        this.network = network;
        this.head = head;
    }

    /**
     * Opens one.
     *
     * @param folder the output folder of its training: {@code model.gguf} and {@code head.json}
     * @param tokens that go through it at once, those of an answer with its prompt at least
     * @throws dev.llamapanama.checkpoint.CheckpointException if the model can't be read
     * @throws dev.llamapanama.training.data.TrainingFileException if the head can't be read, or is another model's
     */
    public static StoredReward open(Path folder, int tokens) {
        try (Checkpoint model = Checkpoints.open(folder.resolve("model.gguf"))) {
            ScalarHead head = ScalarHead.zero(model.config().dim(), AdamWSettings.LLAMA);
            float[] weights = head.weights();
            System.arraycopy(RewardHeadFile.in(folder).read(weights.length), 0, weights, 0, weights.length);
            // Nothing is learnt here, so no layer's activations are kept.
            NetworkOptions options =
                    new NetworkOptions(tokens, Runtime.getRuntime().availableProcessors(), true);
            return new StoredReward(new DecoderNetwork(Parameters.of(model), options), head);
        }
    }

    /** The shape of the model. */
    public LlamaConfig config() {
        return network.parameters().config();
    }

    String fingerprint() {
        return Fingerprint.of(network.parameters().values()) + Fingerprint.of(head.weights());
    }

    /**
     * The reward of several answers to a prompt.
     *
     * @param prompt tokens, the begin of text among them
     * @param answers tokens, with the one that ends an answer: a reward is read from the last
     * @throws IllegalArgumentException if one is longer, with the prompt, than what goes through at once
     */
    public double[] of(int[] prompt, List<int[]> answers) {
        return of(answers.stream().map(answer -> Example.of(prompt, answer)).toList());
    }

    /**
     * The reward of each, prompt and answer being one example.
     *
     * @throws IllegalArgumentException if one is longer than what goes through at once
     */
    @Override
    public double[] of(List<Example> answers) {
        return new RewardModel(network, head).of(answers);
    }

    @Override
    public void close() {
        network.close();
    }
}
