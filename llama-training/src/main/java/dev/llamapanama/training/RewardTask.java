// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Comparison;
import dev.llamapanama.training.tuning.PreferenceLoss;
import dev.llamapanama.training.tuning.RewardModel;
import dev.llamapanama.training.tuning.ScalarHead;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Pairs of answers, of which the better one is to be told. */
final class RewardTask implements TuningTask {
    private final TunedModel model;
    private final ScalarHead head;
    private final RewardModel reward;
    private final ExamplePool<Comparison> pairs;
    private final int tokens;

    RewardTask(TunedModel model, ScalarHead head, ExamplePool<Comparison> pairs, int tokens) {
        this.model = model;
        this.head = head;
        this.pairs = pairs;
        this.tokens = tokens;
        reward = new RewardModel(model.network, head);
    }

    @Override
    public int size() {
        return pairs.training().size();
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        List<Comparison> chosen = pairs.at(some);
        trained().forEach(Trainable::clearGradients);
        PreferenceLoss loss = reward.learn(chosen, tokens);
        double norm = Trainable.step(rate, clipping, trained());
        return new Learnt(
                Outcome.of(loss),
                norm,
                chosen.stream().mapToLong(Comparison::size).sum());
    }

    /** Gradients come with the loss; the next step clears them. */
    @Override
    public Optional<Outcome> heldOut() {
        return pairs.heldOut().isEmpty()
                ? Optional.empty()
                : Optional.of(Outcome.of(reward.learn(pairs.heldOut(), tokens)));
    }

    @Override
    public List<Trainable> trained() {
        return List.of(model.weights, head);
    }

    /** {@code model.gguf}, and the head as {@code head.json}. */
    @Override
    public Path write(Path folder) {
        RewardHeadFile.in(folder).write(head.weights());
        return model.write(folder);
    }

    @Override
    public void close() {
        model.close();
        head.close();
    }
}
