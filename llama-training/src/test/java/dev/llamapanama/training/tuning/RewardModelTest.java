// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RewardModelTest {
    private static final List<Comparison> COMPARISONS = List.of(
            new Comparison(Example.of(ints(3), ints(7, 9, 0)), Example.of(ints(3), ints(2, 0)), 1.0 / 3),
            new Comparison(Example.of(ints(5, 1), ints(4)), Example.of(ints(5, 1), ints(11, 12, 8)), 3));

    private final Parameters parameters =
            TestNetworks.parameters(TestNetworks.config().build());

    private static int[] ints(int... values) {
        return values;
    }

    @Test
    void lossAndGradients() {
        ScalarHead head = ScalarHead.initial(10, AdamWSettings.LLAMA, 1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(20, 2, false))) {
            PreferenceLoss found = new RewardModel(network, head).learnPart(COMPARISONS, 1);

            double[] weights = GradientCheck.doubles(parameters.values());
            double[] ofHead = GradientCheck.doubles(head.weights());
            assertEquals(reference(weights, ofHead) / 2, found.loss(), 1e-5);
            GradientCheck.of(network, weights, changed -> reference(changed, ofHead));
            double[] expected = GradientCheck.differences(ofHead, changed -> reference(weights, changed));
            for (int i = 0; i < 10; i++) {
                assertEquals(expected[i], head.gradients()[i], 1e-5);
            }
        }
    }

    private double reference(double[] weights, double[] head) {
        double loss = 0;
        for (Comparison each : COMPARISONS) {
            double[] chosen = References.heads(parameters, weights, head, each.chosen());
            double[] rejected = References.heads(parameters, weights, head, each.rejected());
            double difference = chosen[chosen.length - 1] - rejected[rejected.length - 1];
            loss += Math.log(1 + Math.exp(each.margin() - difference));
        }
        return loss;
    }

    /** Answers with token 1 are better than those without; three tokens, and as many pairs again to see whether it was understood. */
    @Test
    void theAccuracyRises() {
        List<Comparison> training = comparisons(60, 1);
        List<Comparison> others = comparisons(60, 2);
        ScalarHead head = ScalarHead.initial(10, AdamWSettings.LLAMA, 1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(500, 2, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 2)) {
            RewardModel model = new RewardModel(network, head);
            PreferenceLoss first = model.learn(others, 1_000);
            for (int step = 0; step < 60; step++) {
                tuning.clearGradients();
                head.clearGradients();
                model.learn(training, 1_000);
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning, head));
            }
            PreferenceLoss last = model.learn(others, 1_000);
            assertTrue(first.accuracy() < 0.7, first.toString());
            assertTrue(last.accuracy() > 0.9, last.toString());
            assertTrue(last.loss() < 0.5 * first.loss(), first + " to " + last);
        }
    }

    private static List<Comparison> comparisons(int count, long seed) {
        Random random = new Random(seed);
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] prompt = {random.nextInt(2, 13)};
            int[] rejected = random.ints(3, 2, 13).toArray();
            int[] chosen = random.ints(3, 2, 13).toArray();
            chosen[random.nextInt(3)] = 1;
            comparisons.add(new Comparison(Example.of(prompt, chosen), Example.of(prompt, rejected), 0));
        }
        return comparisons;
    }

    @Test
    void theBestAnswerIsTaken() {
        Reward reward = answers -> answers.stream()
                .mapToDouble(answer -> answer.token(2) == 1 ? 2 : answer.token(2) == 4 ? 1 : 0)
                .toArray();
        List<int[]> prompts = List.of(ints(3, 5), ints(7, 8), ints(12, 2));
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(12, 1, false))) {
            RejectionSampling sampling = new RejectionSampling(new Sampler(network, 1.3, 2, Set.of(0)), reward);
            double one = 0;
            double best = 0;
            for (int seed = 0; seed < 20; seed++) {
                List<Example> found = sampling.best(prompts, 1, new Random(seed));
                List<Example> ofTen = sampling.best(prompts, 10, new Random(seed));
                for (int i = 0; i < 3; i++) {
                    double worth = reward.of(ofTen)[i];
                    assertTrue(worth >= reward.of(found)[i]);
                    assertEquals(prompts.get(i)[0], ofTen.get(i).token(0));
                    best += worth;
                    one += reward.of(found)[i];
                }
            }
            assertTrue(best > 2 * one, one + " and " + best);
            assertThrows(IllegalArgumentException.class, () -> sampling.best(prompts, 0, new Random(1)));
        }
    }

    /** As in Llama 2: samples, the best of them by reward, supervised fine-tuning on these, again. */
    @Test
    void theBestAnswersAreLearnt() {
        Reward reward = answers -> answers.stream()
                .mapToDouble(answer -> answer.token(1) == 1 ? 1 : 0)
                .toArray();
        List<int[]> prompts = Collections.nCopies(20, ints(3));
        Random random = new Random(1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(80, 1, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 1)) {
            RejectionSampling sampling = new RejectionSampling(new Sampler(network, 1, 1, Set.of()), reward);
            double before = mean(reward.of(sampling.best(prompts, 1, random)));
            for (int step = 0; step < 20; step++) {
                List<Example> best = sampling.best(prompts, 4, random);
                tuning.clearGradients();
                Sft.learn(network, Sft.pack(best, 80));
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning));
            }
            double after = mean(reward.of(sampling.best(prompts, 1, random)));
            assertTrue(before < 0.4 && after > 0.8, before + " to " + after);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** Frequencies are the probabilities of the network. */
    @Test
    void samplesAreWhatTheNetworkSays() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(40, 1, false))) {
            Sampler sampler = new Sampler(network, 1, 1, Set.of());
            int[] counts = new int[13];
            Random random = new Random(1);
            List<int[]> prompts = Collections.nCopies(20, ints(3));
            for (int i = 0; i < 200; i++) {
                sampler.sample(prompts, random).forEach(answer -> counts[answer.token(1)]++);
            }
            double[] weights = GradientCheck.doubles(parameters.values());
            for (int token = 0; token < 13; token++) {
                double p = Math.exp(References.answer(parameters, weights, Example.of(ints(3), ints(token))));
                assertEquals(p, counts[token] / 4000.0, 4 * Math.sqrt(p * (1 - p) / 4000), "token " + token);
            }
        }
    }

    @Test
    void answersEndWithTheirStop() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(100, 1, false))) {
            List<int[]> prompts = Collections.nCopies(10, ints(3));
            int shorter = 0;
            for (Example answer : new Sampler(network, 1, 8, Set.of(4)).sample(prompts, new Random(1))) {
                for (int at = 1; at < answer.size() - 1; at++) {
                    assertTrue(answer.token(at) != 4);
                }
                assertTrue(answer.size() == 9 || answer.token(answer.size() - 1) == 4);
                shorter += answer.size() < 9 ? 1 : 0;
            }
            assertTrue(shorter > 0);
            assertThrows(IllegalArgumentException.class, () -> new Sampler(network, 0, 8, Set.of(4)));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new Comparison(Example.of(ints(1), ints(2)), Example.of(ints(1), ints(3)), -1));
    }
}
