// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.GradientCheck;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.network.TestNetworks;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnlikelihoodTest {
    /** The second of them has nothing that is meant. */
    private static final List<Example> EXAMPLES = List.of(
            Unlikelihood.repeated(Example.of(new int[] {1, 5}, new int[] {2, 9, 5, 2, 9, 5, 2, 9}), 3),
            Unlikelihood.repeated(Example.of(new int[] {4, 4}, new int[] {8, 6, 0}), 3),
            Unlikelihood.repeated(Example.of(new int[] {3}, new int[] {7, 7, 7, 7, 1}), 2));

    private final Parameters parameters =
            TestNetworks.parameters(TestNetworks.config().build());

    @Test
    void aRepetitionIsMarkedFromItsBegin() {
        assertEquals("....###.", marked(new int[] {1}, new int[] {5, 6, 7, 5, 6, 7, 8}, 3));
        assertEquals(".......", marked(new int[] {1}, new int[] {5, 6, 7, 5, 6, 8}, 3));
        assertEquals("...###", marked(new int[] {5, 6, 7}, new int[] {5, 6, 7}, 3), "of the prompt, too");
        assertEquals("....##.", marked(new int[] {5, 6, 7, 5}, new int[] {6, 7, 1}, 3), "nothing of the prompt");
        assertEquals("..", marked(new int[] {5}, new int[] {5}, 3));
    }

    @Test
    void whatOverlapsItselfIsNoRepetitionYet() {
        assertEquals("......", marked(new int[] {1}, new int[] {7, 7, 7, 7, 7}, 3));
        assertEquals("....###", marked(new int[] {1}, new int[] {7, 7, 7, 7, 7, 7}, 3));
    }

    private static String marked(int[] prompt, int[] answer, int tokens) {
        Example example = Unlikelihood.repeated(Example.of(prompt, answer), tokens);
        StringBuilder marks = new StringBuilder();
        IntStream.range(0, example.size()).forEach(at -> marks.append(example.answered(at) ? '#' : '.'));
        return marks.toString();
    }

    @Test
    void lossAndGradientsAreThoseOfRepetitions() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(16, 2, false))) {
            int marked = EXAMPLES.stream().mapToInt(Example::answerSize).sum();
            double loss = Unlikelihood.learn(network, EXAMPLES, 16, 1.0 / marked);

            double[] weights = GradientCheck.doubles(parameters.values());
            assertEquals(reference(weights), loss, 1e-5);
            assertEquals(loss, Unlikelihood.loss(network, EXAMPLES, 16));
            GradientCheck.of(network, weights, this::reference);
        }
    }

    private double reference(double[] weights) {
        double sum = 0;
        int count = 0;
        for (Example example : EXAMPLES) {
            double[] found = References.tokens(parameters, weights, example);
            for (int at = 1; at < example.size(); at++) {
                if (example.answered(at)) {
                    sum -= Math.log(1 - Math.exp(found[at]));
                    count++;
                }
            }
        }
        return sum / count;
    }

    /** However certain the model was. */
    @Test
    void aCertainTokenBecomesUnlikely() {
        Example again = EXAMPLES.getFirst();
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(16, 1, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 1)) {
            for (int step = 0; step < 100; step++) {
                tuning.clearGradients();
                Sft.learn(network, Sft.pack(List.of(again), 16));
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning));
            }
            double certain = Unlikelihood.loss(network, List.of(again), 16);
            for (int step = 0; step < 100; step++) {
                tuning.clearGradients();
                Unlikelihood.learn(network, List.of(again), 16, 1);
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning));
            }
            assertTrue(certain > 3, "" + certain);
            assertEquals(0, Unlikelihood.loss(network, List.of(again), 16), 0.1);
        }
    }

    @Test
    void withoutRepetitionsNothingIsLearnt() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(16, 1, false))) {
            assertEquals(0, Unlikelihood.learn(network, List.of(EXAMPLES.get(1)), 16, 1));
            assertEquals(0, Unlikelihood.learn(network, List.of(), 16, 1));
            assertArrayEquals(
                    new float[parameters.values().length], network.gradients().values());
            assertThrows(IllegalArgumentException.class, () -> Unlikelihood.learn(network, EXAMPLES, 6, 1));
        }
        assertThrows(IllegalArgumentException.class, () -> Unlikelihood.repeated(EXAMPLES.getFirst(), 0));
    }
}
