// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.optimise.GradientClipping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Proximal policy optimisation (arXiv 1707.06347) as Llama 2 does it (arXiv 2307.09288, 3.2.3): rewards are whitened, each token pays for its
 * divergence from the reference, and each mini-batch is one step. Values come from a second head of the policy; advantages are whitened over
 * all tokens of an iteration. The same seeds give the same weights.
 *
 * {@snippet :
 * Ppo ppo = new Ppo(policy, tuning, values, reference, reward, PpoSettings.LLAMA_2);
 * for (int i = 0; i < 200; i++) {
 *     PpoReport report = ppo.iterate(sampler.sample(prompts, random), 1e-6, new GradientClipping(1));
 * }
 * }
 */
public final class Ppo {
    private final DecoderNetwork policy;
    private final Trainable weights;
    private final ScalarHead values;
    private final DecoderNetwork reference;
    private final Reward reward;
    private final PpoSettings settings;

    /**
     * @param policy all of these remain the caller's
     * @param weights of the policy: all, or an adapter
     * @param values head of the policy, zero at first
     * @param reference a network with the weights from which the policy began, and own parameters
     */
    public Ppo(
            DecoderNetwork policy,
            Trainable weights,
            ScalarHead values,
            DecoderNetwork reference,
            Reward reward,
            PpoSettings settings) {
        this.policy = policy;
        this.weights = weights;
        this.values = values;
        this.reference = reference;
        this.reward = reward;
        this.settings = settings;
    }

    /**
     * A step for each mini-batch of answers.
     *
     * @param answers to prompts, sampled at temperature 1 from the policy as it is now; all tokens of a mini-batch fit into the networks together
     */
    public PpoReport iterate(List<Example> answers, double learningRate, GradientClipping clipping) {
        List<List<Example>> parts = new ArrayList<>();
        for (int from = 0; from < answers.size(); from += settings.miniBatch()) {
            parts.add(answers.subList(from, Math.min(answers.size(), from + settings.miniBatch())));
        }
        double[] rewards = parts.stream()
                .flatMapToDouble(part -> Arrays.stream(reward.of(part)))
                .toArray();
        List<Trajectory> observed =
                parts.stream().flatMap(part -> observe(part).stream()).toList();
        List<Trajectory> trajectories = rewarded(observed, Whitening.of(rewards));
        List<Trajectory> whitened = whitened(trajectories);
        double valueLoss = 0;
        double norms = 0;
        int from = 0;
        for (List<Example> part : parts) {
            int to = from + part.size();
            weights.clearGradients();
            values.clearGradients();
            valueLoss += learn(trajectories.subList(from, to), whitened.subList(from, to));
            norms += Trainable.step(learningRate, clipping, List.of(weights, values));
            from = to;
        }
        double divergence = trajectories.stream()
                .mapToDouble(Trajectory::divergence)
                .average()
                .orElse(0);
        return new PpoReport(
                Arrays.stream(rewards).average().orElse(0), divergence, valueLoss / parts.size(), norms / parts.size());
    }

    /** Asks policy, values and reference about the answers of a mini-batch. */
    List<Trajectory> observe(List<Example> answers) {
        Packed packed = Packed.of(answers);
        policy.forward(packed.batch());
        reference.forward(packed.batch());
        float[] sampled = policy.logProbabilities();
        float[] before = reference.logProbabilities();
        List<Trajectory> trajectories = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            int[] rows = rows(packed, i, answers.get(i));
            trajectories.add(Trajectory.of(
                    answers.get(i),
                    Arrays.stream(rows).mapToDouble(row -> sampled[row]).toArray(),
                    Arrays.stream(rows).mapToDouble(row -> before[row]).toArray(),
                    Arrays.stream(rows)
                            .mapToDouble(row -> values.of(policy.states(), row))
                            .toArray()));
        }
        return trajectories;
    }

    private static int[] rows(Packed packed, int index, Example answer) {
        int[] rows = new int[answer.answerSize()];
        int count = 0;
        for (int at = 1; at < answer.size(); at++) {
            if (answer.answered(at)) {
                rows[count++] = packed.rowBefore(index, at);
            }
        }
        return rows;
    }

    private List<Trajectory> rewarded(List<Trajectory> observed, double[] rewards) {
        List<Trajectory> rewarded = new ArrayList<>();
        for (int i = 0; i < rewards.length; i++) {
            rewarded.add(observed.get(i).withReward(rewards[i], settings));
        }
        return rewarded;
    }

    private static List<Trajectory> whitened(List<Trajectory> trajectories) {
        double[] all = Whitening.of(trajectories.stream()
                .flatMapToDouble(each -> Arrays.stream(each.advantages()))
                .toArray());
        List<Trajectory> whitened = new ArrayList<>();
        int from = 0;
        for (Trajectory each : trajectories) {
            whitened.add(each.withAdvantages(Arrays.copyOfRange(all, from, from + each.size())));
            from += each.size();
        }
        return whitened;
    }

    /**
     * Adds the gradients of the mean loss of tokens.
     *
     * @param estimates with advantages as they are, from which values learn
     * @param whitened the same, from which the policy learns
     * @return mean of half the squared errors of values
     */
    double learn(List<Trajectory> estimates, List<Trajectory> whitened) {
        Packed packed = Packed.of(estimates.stream().map(Trajectory::answer).toList());
        policy.forward(packed.batch());
        float[] states = policy.states();
        int rows = packed.batch().size();
        int count = packed.batch().targetCount();
        PpoSample[] samples = new PpoSample[rows];
        float[] stateGradients = new float[rows * values.weights().length];
        double loss = 0;
        for (int i = 0; i < estimates.size(); i++) {
            Trajectory estimate = estimates.get(i);
            for (int token = 0; token < estimate.size(); token++) {
                int row = packed.rowBefore(i, estimate.places()[token]);
                double earned = estimate.values()[token] + estimate.advantages()[token];
                samples[row] =
                        new PpoSample(estimate.sampled()[token], whitened.get(i).advantages()[token]);
                double error = values.of(states, row) - earned;
                loss += error * error / 2 / count;
                values.backward(states, row, settings.valueWeight() * error / count, stateGradients);
            }
        }
        policy.backward(
                (row, logProbability) -> (float) (samples[row].derivative(logProbability, settings.clip()) / count),
                stateGradients);
        return loss;
    }
}
