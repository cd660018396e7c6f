// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.GradientCheck;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.network.TestNetworks;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import java.util.List;
import org.junit.jupiter.api.Test;

class SftTest {
    /** One with two answers, of which a part isn't learnt; two of a prompt and an answer. */
    private static final List<Example> EXAMPLES = List.of(
            Example.of(new int[] {1, 5, 2, 9, 3, 12, 7}, new boolean[] {false, false, true, true, false, false, true}),
            Example.of(new int[] {4, 4}, new int[] {8, 6, 0}),
            Example.of(new int[] {11}, new int[] {10, 2}));

    private final Parameters parameters =
            TestNetworks.parameters(TestNetworks.config().build());

    @Test
    void lossAndGradientsAreThoseOfAnswers() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(12, 2, false))) {
            List<Batch> batches = Sft.pack(EXAMPLES, 12);
            assertEquals(2, batches.size());
            double loss = Sft.learn(network, batches);

            double[] weights = GradientCheck.doubles(parameters.values());
            assertEquals(reference(weights), loss, 1e-5);
            GradientCheck.of(network, weights, this::reference);
        }
    }

    private double reference(double[] weights) {
        double sum = 0;
        int count = 0;
        for (Example example : EXAMPLES) {
            sum -= References.answer(parameters, weights, example);
            count += example.answerSize();
        }
        return sum / count;
    }

    @Test
    void promptsTeachNothing() {
        Example prompt = Example.of(new int[] {3, 7, 9, 1}, new boolean[4]);
        Example answer = EXAMPLES.get(1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(9, 1, false))) {
            Sft.learn(network, Sft.pack(List.of(answer), 9));
            float[] alone = network.gradients().values().clone();
            network.clearGradients();
            Sft.learn(network, Sft.pack(List.of(answer, prompt), 9));
            assertArrayEquals(alone, network.gradients().values());

            network.forward(Sft.pack(List.of(prompt, answer), 9).getFirst());
            float[] found = network.logProbabilities();
            for (int row = 0; row < 9; row++) {
                assertEquals(row >= 5 && row < 8, found[row] < 0, "row " + row);
            }
            assertThrows(IllegalArgumentException.class, () -> Sft.learn(network, Sft.pack(List.of(prompt), 9)));
        }
    }

    @Test
    void lossFalls() {
        List<Batch> batches = Sft.pack(EXAMPLES, 15);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(15, 1, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 1)) {
            double first = Sft.learn(network, batches);
            double last = first;
            for (int step = 0; step < 30; step++) {
                tuning.clearGradients();
                last = Sft.learn(network, batches);
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning));
            }
            assertTrue(last < 0.1 * first, first + " to " + last);
        }
    }

    @Test
    void nothingIsLearntOfWhatIsNoNumber() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(15, 1, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 1)) {
            float[] before = parameters.values().clone();
            network.gradients().values()[7] = Float.NaN;
            assertThrows(
                    ArithmeticException.class, () -> Trainable.step(1e-2, new GradientClipping(1), List.of(tuning)));
            assertArrayEquals(before, parameters.values());
        }
    }

    @Test
    void refusesWhatIsNoExample() {
        assertThrows(IllegalArgumentException.class, () -> Example.of(new int[0], new boolean[0]));
        assertThrows(IllegalArgumentException.class, () -> Example.of(new int[2], new boolean[1]));
        assertThrows(IllegalArgumentException.class, () -> Example.of(new int[0], new int[1]));
        assertThrows(IllegalArgumentException.class, () -> Sft.pack(EXAMPLES, 6));
    }
}
