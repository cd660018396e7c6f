// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Sft;
import dev.llamapanama.training.tuning.Trainable;
import dev.llamapanama.training.tuning.Unlikelihood;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Answers, to be given; and some that are not to be given, whose loss is a measure of its own. Each token counts the same.
 *
 * @param model that is tuned
 * @param examples to learn from
 * @param measured the held-out ones that are to be given
 * @param tokens that go through the network at once
 */
record SftTask(TunedModel model, ExamplePool<Lesson> examples, HeldOut measured, int tokens) implements TuningTask {
    private static final String UNLIKELIHOOD = "unlikelihood";

    static SftTask of(TunedModel model, ExamplePool<Lesson> examples, int tokens) {
        return new SftTask(model, examples, new HeldOut(Sft.pack(of(examples.heldOut(), true), tokens)), tokens);
    }

    private static List<Example> of(List<Lesson> lessons, boolean likely) {
        return lessons.stream()
                .filter(lesson -> lesson.likely() == likely)
                .map(Lesson::example)
                .toList();
    }

    @Override
    public Learnt learn(int[] some, long step, double rate, GradientClipping clipping) {
        List<Lesson> lessons = examples.at(some);
        List<Example> likely = of(lessons, true);
        List<Example> unlikely = of(lessons, false);
        double weight = 1.0
                / (likely.isEmpty() ? unlikely : likely)
                        .stream().mapToInt(Example::answerSize).sum();
        model.weights.clearGradients();
        double loss = likely.isEmpty() ? 0 : Sft.learn(model.network, Sft.pack(likely, tokens));
        Map<String, Double> measures = unlikely.isEmpty()
                ? Map.of()
                : Map.of(UNLIKELIHOOD, Unlikelihood.learn(model.network, unlikely, tokens, weight));
        double norm = Trainable.step(rate, clipping, trained());
        return new Learnt(
                new Outcome(loss, measures),
                norm,
                lessons.stream().mapToLong(lesson -> lesson.example().size()).sum());
    }

    @Override
    public Optional<Outcome> heldOut() {
        List<Example> unlikely = of(examples.heldOut(), false);
        Map<String, Double> measures = unlikely.isEmpty()
                ? Map.of()
                : Map.of(UNLIKELIHOOD, Unlikelihood.loss(model.network, unlikely, tokens));
        return Optional.ofNullable(measured.loss(model.network)).map(loss -> new Outcome(loss, measures));
    }
}
