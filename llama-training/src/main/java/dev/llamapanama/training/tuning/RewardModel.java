// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.DecoderNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A network with a head that gives one number, the reward, in place of logits (arXiv 2307.09288, 3.2.2): it reads the state of an answer's last
 * token, and learns {@code −log σ(r of chosen − r of rejected − margin)}.
 */
public final class RewardModel implements Reward {
    private final DecoderNetwork network;
    private final ScalarHead head;

    /**
     * @param network remains the caller's, as does the head; both are to be trained
     */
    public RewardModel(DecoderNetwork network, ScalarHead head) {
        this.network = network;
        this.head = head;
    }

    /** @throws IllegalArgumentException if one alone doesn't fit into the network */
    @Override
    public double[] of(List<Example> answers) {
        return Packed.groups(answers, Example::size, network.options().tokens()).stream()
                .flatMapToDouble(part -> Arrays.stream(of(Packed.of(part))))
                .toArray();
    }

    private double[] of(Packed packed) {
        network.forward(packed.batch());
        double[] rewards = new double[packed.starts().length];
        for (int i = 0; i < rewards.length; i++) {
            rewards[i] = head.of(network.states(), packed.lastRow(i));
        }
        return rewards;
    }

    /**
     * Adds the gradients of the mean loss of a step.
     *
     * @param tokens that fit into the network at once
     * @throws IllegalArgumentException if one alone doesn't fit
     */
    public PreferenceLoss learn(List<Comparison> comparisons, int tokens) {
        List<List<Comparison>> parts = Packed.groups(comparisons, Comparison::size, tokens);
        return PreferenceLoss.mean(
                parts.stream().map(part -> learnPart(part, comparisons.size())).toList(),
                parts.stream().map(List::size).toList());
    }

    /**
     * Adds the gradients of a part of a step.
     *
     * @param ofStep number of comparisons in the whole step, by which gradients are divided
     * @return of this part
     */
    PreferenceLoss learnPart(List<Comparison> comparisons, int ofStep) {
        List<Example> examples = new ArrayList<>();
        for (Comparison each : comparisons) {
            examples.add(each.chosen());
            examples.add(each.rejected());
        }
        Packed packed = Packed.of(examples);
        double[] rewards = of(packed);
        float[] states = network.states();
        float[] stateGradients = new float[packed.batch().size() * head.weights().length];
        double loss = 0;
        double margins = 0;
        int right = 0;
        for (int i = 0; i < comparisons.size(); i++) {
            double difference = rewards[2 * i] - rewards[2 * i + 1];
            double beyond = difference - comparisons.get(i).margin();
            double slope = Logistic.derivative(beyond) / ofStep;
            head.backward(states, packed.lastRow(2 * i), slope, stateGradients);
            head.backward(states, packed.lastRow(2 * i + 1), -slope, stateGradients);
            loss += Logistic.loss(beyond);
            margins += difference;
            right += difference > 0 ? 1 : 0;
        }
        network.backward(null, stateGradients);
        int count = comparisons.size();
        return new PreferenceLoss(loss / count, margins / count, (double) right / count);
    }
}
