// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Comparison;
import dev.llamapanama.training.tuning.Dpo;
import dev.llamapanama.training.tuning.DpoSettings;
import dev.llamapanama.training.tuning.Preference;
import dev.llamapanama.training.tuning.PreferenceLoss;
import dev.llamapanama.training.tuning.ReferredPreference;
import dev.llamapanama.training.tuning.RewardModel;
import dev.llamapanama.training.tuning.ScalarHead;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Pairs of answers: the better one is to become likelier, or to be told.
 *
 * @param model that is tuned
 * @param trained all that steps change
 * @param pairs to learn from
 * @param size tokens of a pair
 * @param loss adds the gradients of some pairs
 */
record PreferenceTask<T>(
        TunedModel model,
        List<Trainable> trained,
        ExamplePool<T> pairs,
        ToIntFunction<T> size,
        Function<List<T>, PreferenceLoss> loss)
        implements TuningTask {

    /** Asks the model, as it is before the first step, about all pairs. */
    static TuningTask dpo(TunedModel model, ExamplePool<Preference> pairs, DpoSettings settings, int tokens) {
        Dpo dpo = new Dpo(model.network, settings);
        ExamplePool<ReferredPreference> referred = pairs.with(dpo::refer);
        return new PreferenceTask<>(
                model,
                List.of(model.weights),
                referred,
                pair -> pair.preference().size(),
                some -> dpo.learn(some, tokens));
    }

    static TuningTask reward(TunedModel model, ExamplePool<Comparison> pairs, ScalarHead head, int tokens) {
        RewardModel reward = new RewardModel(model.network, head);
        return new PreferenceTask<>(
                model, List.of(model.weights, head), pairs, Comparison::size, some -> reward.learn(some, tokens));
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        List<T> chosen = pairs.at(some);
        trained.forEach(Trainable::clearGradients);
        PreferenceLoss found = loss.apply(chosen);
        double norm = Trainable.step(rate, clipping, trained);
        return new Learnt(
                Outcome.of(found),
                norm,
                chosen.stream().mapToLong(size::applyAsInt).sum());
    }

    /** Gradients come with the loss; the next step clears them. */
    @Override
    public Optional<Outcome> heldOut() {
        return pairs.heldOut().isEmpty() ? Optional.empty() : Optional.of(Outcome.of(loss.apply(pairs.heldOut())));
    }

    /** {@code model.gguf} or an adapter, and the head of a reward model as {@code head.json}. */
    @Override
    public Path write(Path folder) {
        for (Trainable each : trained) {
            if (each instanceof ScalarHead head) {
                RewardHeadFile.in(folder).write(head.weights());
            }
        }
        return model.write(folder);
    }

    @Override
    public ExamplePool<?> examples() {
        return pairs;
    }
}
