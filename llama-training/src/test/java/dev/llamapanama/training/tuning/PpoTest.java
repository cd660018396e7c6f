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
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PpoTest {
    private static final PpoSettings SETTINGS = new PpoSettings(0.2, 0.05, 0.5, 0.9, 0.8, 16);
    private static final List<Example> ANSWERS = List.of(
            Example.of(ints(3), ints(7, 9, 0)), Example.of(ints(5, 1), ints(4)), Example.of(ints(8), ints(11, 2)));

    private static int[] ints(int... values) {
        return values;
    }

    private static Parameters parameters() {
        return TestNetworks.parameters(TestNetworks.config().build());
    }

    /** Answers are worth as many times as they say 1. */
    private static double[] ones(List<Example> answers) {
        return answers.stream()
                .mapToDouble(answer -> IntStream.range(1, answer.size())
                        .filter(at -> answer.token(at) == 1)
                        .count())
                .toArray();
    }

    /** Every way in which a token may be clipped, and not, is among them. */
    @Test
    void gradients() {
        Parameters parameters = parameters();
        ScalarHead head = ScalarHead.initial(10, AdamWSettings.LLAMA, 1);
        double[] moved = {-0.5, 0.5, 0.1, -0.5, 0.5, -0.1};
        double[] advantages = {1.5, 2, -0.8, -1.2, -2, 0.7};
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(20, 2, false));
                FullTuning tuning = new FullTuning(network, AdamWSettings.LLAMA, 1)) {
            Ppo ppo = new Ppo(network, tuning, head, network, PpoTest::ones, SETTINGS);
            List<Trajectory> estimates = new ArrayList<>();
            List<Trajectory> whitened = new ArrayList<>();
            int token = 0;
            for (Trajectory observed : ppo.observe(ANSWERS)) {
                double[] sampled = observed.sampled().clone();
                double[] estimate = new double[sampled.length];
                double[] advantage = new double[sampled.length];
                for (int i = 0; i < sampled.length; i++) {
                    sampled[i] -= moved[token];
                    estimate[i] = 0.5 + token;
                    advantage[i] = advantages[token++];
                }
                Trajectory then = Trajectory.of(observed.answer(), sampled, observed.reference(), observed.values());
                estimates.add(then.withAdvantages(estimate));
                whitened.add(then.withAdvantages(advantage));
            }
            ppo.learn(estimates, whitened);

            double[] weights = GradientCheck.doubles(parameters.values());
            double[] ofHead = GradientCheck.doubles(head.weights());
            GradientCheck.of(network, weights, changed -> reference(parameters, changed, ofHead, estimates, whitened));
            double[] expected = GradientCheck.differences(
                    ofHead, changed -> reference(parameters, weights, changed, estimates, whitened));
            for (int i = 0; i < 10; i++) {
                assertEquals(expected[i], head.gradients()[i], 1e-5);
            }
        }
    }

    private static double reference(
            Parameters layout, double[] weights, double[] head, List<Trajectory> estimates, List<Trajectory> whitened) {
        double loss = 0;
        int count = 0;
        for (int i = 0; i < estimates.size(); i++) {
            Trajectory estimate = estimates.get(i);
            double[] now = References.tokens(layout, weights, estimate.answer());
            double[] values = References.heads(layout, weights, head, estimate.answer());
            int first = estimate.answer().size() - estimate.size();
            for (int token = 0; token < estimate.size(); token++, count++) {
                double ratio = Math.exp(now[first + token] - estimate.sampled()[token]);
                double advantage = whitened.get(i).advantages()[token];
                loss -= Math.min(ratio * advantage, Math.clamp(ratio, 0.8, 1.2) * advantage);
                double earned = estimate.values()[token] + estimate.advantages()[token];
                loss += 0.5 * 0.5 * Math.pow(values[first + token - 1] - earned, 2);
            }
        }
        return loss / count;
    }

    /** Sums over all rewards to come, as the paper writes it, in place of the recursion. */
    @Test
    void advantages() {
        double[] sampled = {-1, -2, -0.5};
        double[] reference = {-1.5, -1, -0.5};
        double[] values = {0.3, -0.2, 0.7};
        Trajectory found =
                Trajectory.of(ANSWERS.getFirst(), sampled, reference, values).withReward(2, SETTINGS);

        double[] earned = {-0.05 * 0.5, 0.05, 2};
        double[] errors = {earned[0] - 0.9 * 0.2 - 0.3, earned[1] + 0.9 * 0.7 + 0.2, earned[2] - 0.7};
        double decay = 0.9 * 0.8;
        double[] expected = {
            errors[0] + decay * errors[1] + decay * decay * errors[2], errors[1] + decay * errors[2], errors[2]
        };
        assertArrayEquals(expected, found.advantages(), 1e-12);
        assertEquals(-0.5, found.divergence(), 1e-12);
    }

    @Test
    void whitening() {
        assertArrayEquals(new double[] {-1, 1, -1, 1}, Whitening.of(new double[] {3, 7, 3, 7}), 1e-8);
        assertArrayEquals(new double[3], Whitening.of(new double[] {5, 5, 5}));
    }

    /** What earns most is far away: without a penalty nothing holds the policy. */
    @Test
    void theRewardRisesNearTheReference() {
        PpoReport[] held = train(0.3, 60);
        PpoReport[] free = train(0, 60);
        double first = mean(held, 0);
        double last = mean(held, 55);
        assertEquals(0, held[0].divergence(), 1e-9);
        assertTrue(last > 2 * first, first + " to " + last);
        for (PpoReport each : held) {
            assertTrue(each.divergence() < 2.5, each.toString());
        }
        assertTrue(mean(free, 55) > 1.5 * last, last + " and " + mean(free, 55));
        assertTrue(free[59].divergence() > 4, free[59].toString());
    }

    @Test
    void theSameSeedsGiveTheSame() {
        assertArrayEquals(train(0.3, 3), train(0.3, 3));
    }

    private static double mean(PpoReport[] reports, int from) {
        double sum = 0;
        for (int i = from; i < from + 5; i++) {
            sum += reports[i].reward();
        }
        return sum / 5;
    }

    /** Answers of three tokens to 32 prompts. */
    private static PpoReport[] train(double klPenalty, int iterations) {
        PpoSettings settings = new PpoSettings(0.2, klPenalty, 0.5, 0.9, 0.8, 16);
        List<int[]> prompts =
                IntStream.range(0, 32).mapToObj(i -> ints(2 + i % 11)).toList();
        PpoReport[] reports = new PpoReport[iterations];
        NetworkOptions options = new NetworkOptions(128, 2, false);
        ScalarHead values = ScalarHead.zero(10, AdamWSettings.LLAMA);
        try (DecoderNetwork policy = new DecoderNetwork(parameters(), options);
                DecoderNetwork reference = new DecoderNetwork(parameters(), options);
                FullTuning tuning = new FullTuning(policy, AdamWSettings.LLAMA, 2)) {
            Ppo ppo = new Ppo(policy, tuning, values, reference, PpoTest::ones, settings);
            Sampler sampler = new Sampler(policy, 1, 3, Set.of());
            Random random = new Random(1);
            for (int i = 0; i < iterations; i++) {
                reports[i] = ppo.iterate(sampler.sample(prompts, random), 3e-3, new GradientClipping(1));
            }
        }
        return reports;
    }

    @Test
    void refusesWhatCannotWork() {
        assertThrows(IllegalArgumentException.class, () -> new PpoSettings(0, 0.01, 0.1, 1, 0.95, 64));
        assertThrows(IllegalArgumentException.class, () -> new PpoSettings(0.2, -1, 0.1, 1, 0.95, 64));
        assertThrows(IllegalArgumentException.class, () -> new PpoSettings(0.2, 0.01, 0.1, 1.1, 0.95, 64));
        assertThrows(IllegalArgumentException.class, () -> new PpoSettings(0.2, 0.01, 0.1, 1, 0.95, 0));
    }
}
