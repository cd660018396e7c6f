// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.tuning.PreferenceLoss;
import dev.llamapanama.training.tuning.Trainable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a kind of tuning does with its examples. */
interface TuningTask extends AutoCloseable {

    /**
     * What examples come to.
     *
     * @param loss mean of them
     * @param measures what else is told of them
     */
    record Outcome(double loss, Map<String, Double> measures) {
        static Outcome of(PreferenceLoss loss) {
            Map<String, Double> measures = new LinkedHashMap<>();
            measures.put("margin", loss.margin());
            measures.put("accuracy", loss.accuracy());
            return new Outcome(loss.loss(), measures);
        }
    }

    /**
     * A step.
     *
     * @param outcome before it
     * @param gradientNorm before clipping
     * @param tokens of its examples
     */
    record Learnt(Outcome outcome, double gradientNorm, long tokens) {}

    /** The model that is tuned. */
    TunedModel model();

    /** What it is tuned with. */
    ExamplePool<?> examples();

    /**
     * A step from some of them.
     *
     * @param step from 0, of which anything random depends
     * @throws ArithmeticException if a gradient isn't finite
     */
    Learnt learn(int[] examples, long step, double rate, GradientClipping clipping);

    /** Of what is held out, if anything is. */
    Optional<Outcome> heldOut();

    /** A fingerprint of who else says what answers are worth, or nothing. */
    default String judge() {
        return "";
    }

    /** All that steps change. */
    default List<Trainable> trained() {
        return List.of(model().weights);
    }

    /** How often weights are changed in a step of so many examples. */
    default long updates(int examples) {
        return 1;
    }

    /** Writes what was tuned. */
    default Path write(Path folder) {
        return model().write(folder);
    }

    @Override
    default void close() {
        model().close();
    }
}
