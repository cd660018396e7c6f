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
import java.util.List;
import org.junit.jupiter.api.Test;

class DpoTest {
    private static final int TERMINATOR = 0;

    /** Terminators aren't compared, but shall stay likely. */
    private static final List<Preference> PAIRS = List.of(
            new Preference(
                    compared(3, 7, 9, TERMINATOR), compared(3, 2, TERMINATOR), Example.of(ints(3), ints(7, 9, 0))),
            Preference.of(Example.of(ints(5, 1), ints(4)), Example.of(ints(5, 1), ints(11, 12, 8))));

    private final Parameters parameters =
            TestNetworks.parameters(TestNetworks.config().build());

    private static int[] ints(int... values) {
        return values;
    }

    /** A prompt of one token, and an answer with a terminator. */
    private static Example compared(int... tokens) {
        boolean[] mask = new boolean[tokens.length];
        for (int i = 1; i < tokens.length; i++) {
            mask[i] = tokens[i] != TERMINATOR;
        }
        return Example.of(tokens, mask);
    }

    @Test
    void lossAndGradients() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(20, 2, false))) {
            // A large beta, so that gradients are far above the bound of the check.
            Dpo dpo = new Dpo(network, new DpoSettings(0.7, 0.2));
            List<ReferredPreference> referred = dpo.refer(PAIRS);
            double[] before = GradientCheck.doubles(parameters.values());
            for (int i = 0; i < parameters.values().length; i++) {
                parameters.values()[i] *= 1 + 0.1f * (i % 3);
            }
            PreferenceLoss found = dpo.learnPart(referred, 1);

            double[] weights = GradientCheck.doubles(parameters.values());
            assertEquals(reference(before, weights) / 2, found.loss(), 1e-5);
            GradientCheck.of(network, weights, changed -> reference(before, changed));
        }
    }

    private double reference(double[] before, double[] weights) {
        double loss = 0;
        for (Preference pair : PAIRS) {
            double chosen = References.answer(parameters, weights, pair.chosen())
                    - References.answer(parameters, before, pair.chosen());
            double rejected = References.answer(parameters, weights, pair.rejected())
                    - References.answer(parameters, before, pair.rejected());
            loss += Math.log(1 + Math.exp(-0.7 * (chosen - rejected)));
            loss -= 0.2
                    * References.answer(parameters, weights, pair.likely())
                    / pair.likely().answerSize();
        }
        return loss;
    }

    @Test
    void beginsUndecided() {
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(20, 1, false))) {
            Dpo dpo = new Dpo(network, new DpoSettings(0.1, 0));
            PreferenceLoss loss = dpo.learn(dpo.refer(PAIRS), 1_000);
            assertEquals(Math.log(2), loss.loss(), 1e-6);
            assertEquals(0, loss.margin(), 1e-6);
        }
    }

    /** Answers of which the first token says whether they are good: also those that weren't in training. */
    @Test
    void theMarginRises() {
        List<Preference> training = new ArrayList<>();
        List<Preference> others = new ArrayList<>();
        for (int prompt = 3; prompt < 13; prompt++) {
            Preference pair = Preference.of(
                    Example.of(ints(prompt), ints(1, prompt, 0)), Example.of(ints(prompt), ints(2, prompt, 0)));
            (prompt % 3 == 0 ? others : training).add(pair);
        }
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(80, 2, false));
                LoraTuning tuning = new LoraTuning(network, LoraSettings.of(4), AdamWSettings.LLAMA, 1, 2)) {
            Dpo dpo = new Dpo(network, DpoSettings.LLAMA_3);
            List<ReferredPreference> referred = dpo.refer(training);
            List<ReferredPreference> unseen = dpo.refer(others);
            double first = dpo.learn(referred, 1_000).loss();
            for (int step = 0; step < 60; step++) {
                tuning.clearGradients();
                dpo.learn(referred, 1_000);
                Trainable.step(1e-2, new GradientClipping(1), List.of(tuning));
            }
            PreferenceLoss last = dpo.learn(referred, 1_000);
            assertTrue(last.loss() < first, first + " to " + last);
            assertTrue(last.margin() > 0.3, last.toString());
            assertEquals(1, last.accuracy());
            assertTrue(dpo.learn(unseen, 1_000).margin() > 0.2, last.toString());
        }
    }

    @Test
    void refusesWhatIsNoPreference() {
        Example one = Example.of(ints(1), ints(2, 3));
        Example other = Example.of(ints(1), ints(2, 4));
        Example nothing = Example.of(ints(1, 2, 3), new boolean[3]);
        assertThrows(IllegalArgumentException.class, () -> new Preference(one, other, other));
        assertThrows(IllegalArgumentException.class, () -> new Preference(one, other, nothing));
        assertThrows(IllegalArgumentException.class, () -> new DpoSettings(0, 0.2));
        assertThrows(IllegalArgumentException.class, () -> new DpoSettings(0.1, -1));
    }
}
