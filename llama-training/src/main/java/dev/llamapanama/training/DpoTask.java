// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Dpo;
import dev.llamapanama.training.tuning.DpoSettings;
import dev.llamapanama.training.tuning.Preference;
import dev.llamapanama.training.tuning.PreferenceLoss;
import dev.llamapanama.training.tuning.ReferredPreference;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Pairs of answers, of which the better one is to become likelier. */
final class DpoTask implements TuningTask {
    private final TunedModel model;
    private final Dpo dpo;
    private final ExamplePool<ReferredPreference> pairs;
    private final int tokens;

    /** Asks the model, as it is before the first step, about all pairs. */
    DpoTask(TunedModel model, ExamplePool<Preference> pairs, DpoSettings settings, int tokens) {
        this.model = model;
        this.tokens = tokens;
        dpo = new Dpo(model.network, settings);
        this.pairs = new ExamplePool<>(dpo.refer(pairs.training()), dpo.refer(pairs.heldOut()), pairs.leftOut());
    }

    @Override
    public int size() {
        return pairs.training().size();
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        List<ReferredPreference> chosen = pairs.at(some);
        model.weights.clearGradients();
        PreferenceLoss loss = dpo.learn(chosen, tokens);
        double norm = Trainable.step(rate, clipping, trained());
        return new Learnt(
                Outcome.of(loss),
                norm,
                chosen.stream().mapToLong(pair -> pair.preference().size()).sum());
    }

    /** Gradients come with the loss; the next step clears them. */
    @Override
    public Optional<Outcome> heldOut() {
        return pairs.heldOut().isEmpty()
                ? Optional.empty()
                : Optional.of(Outcome.of(dpo.learn(pairs.heldOut(), tokens)));
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
