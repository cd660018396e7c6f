// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Sft;
import dev.llamapanama.training.tuning.Trainable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers, to be given.
 *
 * @param model that is tuned
 * @param examples to learn from
 * @param measured the held-out ones
 * @param tokens that go through the network at once
 */
record SftTask(TunedModel model, ExamplePool<Example> examples, HeldOut measured, int tokens) implements TuningTask {

    static SftTask of(TunedModel model, ExamplePool<Example> examples, int tokens) {
        return new SftTask(model, examples, new HeldOut(Sft.pack(examples.heldOut(), tokens)), tokens);
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        List<Batch> batches = Sft.pack(examples.at(some), tokens);
        model.weights.clearGradients();
        double loss = Sft.learn(model.network, batches);
        double norm = Trainable.step(rate, clipping, trained());
        return new Learnt(
                new Outcome(loss, Map.of()),
                norm,
                batches.stream().mapToLong(Batch::size).sum());
    }

    @Override
    public Optional<Outcome> heldOut() {
        return Optional.ofNullable(measured.loss(model.network)).map(loss -> new Outcome(loss, Map.of()));
    }
}
