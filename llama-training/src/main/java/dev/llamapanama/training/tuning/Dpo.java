// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.DecoderNetwork;
import java.util.ArrayList;
import java.util.List;

/**
 * Direct preference optimisation (arXiv 2305.18290) as Llama 3 does it: {@code −log σ(β (log p − log p₀ of chosen − log p + log p₀ of rejected))}, plus
 * the mean {@code −log p} of the chosen answer's tokens. What p₀ says is {@linkplain #refer asked} once, before the first step, so that no second network
 * is needed.
 */
public final class Dpo {
    private final DecoderNetwork network;
    private final DpoSettings settings;

    /**
     * @param network remains the caller's
     */
    public Dpo(DecoderNetwork network, DpoSettings settings) {
        this.network = network;
        this.settings = settings;
    }

    /** Asks the network as it is now, one pair after the other. */
    public List<ReferredPreference> refer(List<Preference> preferences) {
        List<ReferredPreference> referred = new ArrayList<>();
        for (Preference each : preferences) {
            Packed packed = Packed.of(List.of(each.chosen(), each.rejected()));
            network.forward(packed.batch());
            float[] found = network.logProbabilities();
            referred.add(new ReferredPreference(
                    each, sum(packed, 0, each.chosen(), found), sum(packed, 1, each.rejected(), found)));
        }
        return referred;
    }

    /**
     * Adds the gradients of the mean loss of a step.
     *
     * @param tokens that fit into the network at once
     * @throws IllegalArgumentException if one alone doesn't fit
     */
    public PreferenceLoss learn(List<ReferredPreference> pairs, int tokens) {
        List<List<ReferredPreference>> parts =
                Packed.groups(pairs, pair -> pair.preference().size(), tokens);
        return PreferenceLoss.mean(
                parts.stream().map(part -> learnPart(part, pairs.size())).toList(),
                parts.stream().map(List::size).toList());
    }

    /**
     * Adds the gradients of a part of a step.
     *
     * @param ofStep number of pairs in the whole step, by which gradients are divided
     * @return of this part
     */
    PreferenceLoss learnPart(List<ReferredPreference> pairs, int ofStep) {
        List<Example> examples = new ArrayList<>();
        for (ReferredPreference pair : pairs) {
            examples.add(pair.preference().allOfChosen());
            examples.add(pair.preference().rejected());
        }
        Packed packed = Packed.of(examples);
        network.forward(packed.batch());
        float[] found = network.logProbabilities();
        float[] derivatives = new float[packed.batch().size()];
        double loss = 0;
        double margins = 0;
        int right = 0;
        for (int i = 0; i < pairs.size(); i++) {
            ReferredPreference pair = pairs.get(i);
            Preference preference = pair.preference();
            double chosen = sum(packed, 2 * i, preference.chosen(), found) - pair.chosen();
            double rejected = sum(packed, 2 * i + 1, preference.rejected(), found) - pair.rejected();
            double margin = settings.beta() * (chosen - rejected);
            double slope = settings.beta() * Logistic.derivative(margin) / ofStep;
            add(packed, 2 * i, preference.chosen(), slope, derivatives);
            add(packed, 2 * i + 1, preference.rejected(), -slope, derivatives);
            double likelihood = -settings.likelihood() / preference.likely().answerSize();
            add(packed, 2 * i, preference.likely(), likelihood / ofStep, derivatives);
            loss += Logistic.loss(margin) + likelihood * sum(packed, 2 * i, preference.likely(), found);
            margins += margin;
            right += margin > 0 ? 1 : 0;
        }
        network.backward((row, logProbability) -> derivatives[row], null);
        int count = pairs.size();
        return new PreferenceLoss(loss / count, margins / count, (double) right / count);
    }

    private static double sum(Packed packed, int index, Example example, float[] logProbabilities) {
        double sum = 0;
        for (int at = 1; at < example.size(); at++) {
            sum += example.answered(at) ? logProbabilities[packed.rowBefore(index, at)] : 0;
        }
        return sum;
    }

    private static void add(Packed packed, int index, Example example, double derivative, float[] to) {
        for (int at = 1; at < example.size(); at++) {
            if (example.answered(at)) {
                to[packed.rowBefore(index, at)] += (float) derivative;
            }
        }
    }
}
