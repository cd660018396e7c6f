// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.training.network.Parameters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Annealing from step 15 to 20, of which 16, 18 and 20 are averaged. */
class AnnealingAverageTest {
    private static final RateSchedule SCHEDULE = new RateSchedule(2e-2, 2, 12, 0.5, 6);

    @TempDir
    Path folder = Path.of("");

    private TrainingRecipe recipe = TrainingRecipe.LLAMA_3;

    @BeforeEach
    void write() {
        recipe = TinyRecipe.in(folder).withSchedule(SCHEDULE).withAveragingSteps(2);
    }

    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void killAfter(long step, Pretraining training) {
        TrainingListener listener = (done, steps, secondsLeft) -> {
            if (done.step() == step) {
                throw new Killed();
            }
        };
        assertThrows(Killed.class, () -> training.run(listener));
    }

    private TrainingRecipe elsewhere() {
        return recipe.withData(Path.of(recipe.tokenizer()), recipe.sources(), folder.resolve("elsewhere"));
    }

    private static float[] exported(Path model) {
        try (Checkpoint checkpoint = Checkpoints.open(model)) {
            return Parameters.of(checkpoint).values();
        }
    }

    @Test
    void theModelIsThePlainMean() {
        List<float[]> along = new ArrayList<>();
        try (Pretraining training = Pretraining.start(recipe)) {
            float[] weights = training.parameters().values();
            Path model = training.run((step, steps, secondsLeft) -> {
                        if (step.step() < 16) {
                            assertSame(training.parameters(), training.result());
                        } else if (step.step() % 2 == 0) {
                            along.add(weights.clone());
                        }
                    })
                    .model();

            assertEquals(3, along.size());
            float[] mean = exported(model);
            for (int i = 0; i < mean.length; i++) {
                double expected = ((double) along.get(0)[i] + along.get(1)[i] + along.get(2)[i]) / 3;
                assertEquals(expected, mean[i], 1e-6 * Math.max(1e-2, Math.abs(expected)));
            }
            assertNotEquals(Arrays.hashCode(weights), Arrays.hashCode(mean));
            assertArrayEquals(along.getLast(), weights);
            assertArrayEquals(mean, training.result().values());
        }
    }

    /** From before the annealing, from its middle, and from its end. */
    @ParameterizedTest
    @ValueSource(longs = {15, 17, 19, 20})
    void resumingIsNeverHavingStopped(long killed) {
        try (Pretraining training = Pretraining.start(recipe)) {
            killAfter(killed, training);
        }
        try (Pretraining resumed = Pretraining.resume(recipe);
                Pretraining whole = Pretraining.start(elsewhere())) {
            assertEquals(killed - killed % 4, resumed.steps());
            Path model = resumed.run(TrainingListener.NONE).model();
            assertArrayEquals(exported(whole.run(TrainingListener.NONE).model()), exported(model));
        }
    }

    @Test
    void aTrainingThatGoesOnLongerHasAnAnnealingOfItsOwn() {
        try (Pretraining training = Pretraining.start(recipe)) {
            killAfter(20, training);
        }
        TrainingRecipe longer = recipe.withSchedule(new RateSchedule(2e-2, 2, 19, 0.5, 2));
        try (Pretraining training = Pretraining.resume(longer)) {
            assertSame(training.parameters(), training.result());
            Path model = training.run(TrainingListener.NONE).model();
            assertArrayEquals(training.parameters().values(), exported(model), "of the last step alone");
        }
    }

    @Test
    void whoWantsNoneGetsTheLastWeights() {
        try (Pretraining training = Pretraining.start(recipe.withAveragingSteps(0))) {
            Path model = training.run(TrainingListener.NONE).model();
            assertArrayEquals(training.parameters().values(), exported(model));
        }
    }
}
