// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Sft;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers, to be given. */
final class SftTask implements TuningTask {
    private final TunedModel model;
    private final ExamplePool<Example> examples;
    private final int tokens;
    private final HeldOut heldOut;

    SftTask(TunedModel model, ExamplePool<Example> examples, int tokens) {
        this.model = model;
        this.examples = examples;
        this.tokens = tokens;
        heldOut = new HeldOut(Sft.pack(examples.heldOut(), tokens));
    }

    @Override
    public int size() {
        return examples.training().size();
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
        return Optional.ofNullable(heldOut.loss(model.network)).map(loss -> new Outcome(loss, Map.of()));
    }

    @Override
    public List<Trainable> trained() {
        return List.of(model.weights);
    }

    @Override
    public Path write(Path folder) {
        return model.write(folder);
    }

    @Override
    public void close() {
        model.close();
    }
}
