// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.network.DecoderNetwork;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Unlikelihood training against repetition (arXiv 1908.04319): {@code −log(1 − p)} of what a model said again, in texts of its own. Beside it goes
 * {@link Sft} of texts that are as they should be.
 */
public final class Unlikelihood {
    /** Below it, the rest that a certain token leaves to others is rounding. */
    private static final double LEAST_REST = 1e-6;

    private Unlikelihood() {}

    /**
     * The same tokens, of which those of the answer are marked that belong to a repetition: so many tokens in a row that end before it begins, too.
     *
     * @param tokens in a row, at least 1
     */
    public static Example repeated(Example example, int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens in a row: found " + tokens + ", expected 1 or more");
        }
        boolean[] again = new boolean[example.size()];
        Set<List<Integer>> ended = new HashSet<>();
        for (int from = 0; from + tokens <= again.length; from++) {
            if (from >= tokens) {
                ended.add(row(example, from - tokens, tokens));
            }
            if (ended.contains(row(example, from, tokens))) {
                Arrays.fill(again, from, from + tokens, true);
            }
        }
        return example.answering(at -> again[at] && example.answered(at));
    }

    private static List<Integer> row(Example example, int from, int tokens) {
        return IntStream.range(from, from + tokens).map(example::token).boxed().toList();
    }

    /**
     * The mean of {@code −log(1 − p)} over the marked tokens, 0 where there are none.
     *
     * @param tokens that fit into the network at once
     * @throws IllegalArgumentException if an example alone doesn't fit
     */
    public static double loss(DecoderNetwork network, List<Example> examples, int tokens) {
        return pass(network, examples, tokens, 0);
    }

    /**
     * The same, and adds gradients.
     *
     * @param weight of each token's loss in them: {@code 1 / tokens of the step} for a mean
     * @throws IllegalArgumentException if an example alone doesn't fit
     */
    public static double learn(DecoderNetwork network, List<Example> examples, int tokens, double weight) {
        return pass(network, examples, tokens, weight);
    }

    private static double pass(DecoderNetwork network, List<Example> examples, int tokens, double weight) {
        int marked = examples.stream().mapToInt(Example::answerSize).sum();
        double sum = 0;
        for (List<Example> group : Packed.groups(examples, Example::size, tokens)) {
            Packed packed = Packed.of(group);
            network.forward(packed.batch());
            sum += sum(packed, group, network.logProbabilities());
            if (weight > 0) {
                network.backward((row, logProbability) -> (float) (weight * slope(logProbability)), null);
            }
        }
        return marked == 0 ? 0 : sum / marked;
    }

    private static double sum(Packed packed, List<Example> group, float[] logProbabilities) {
        double sum = 0;
        for (int i = 0; i < group.size(); i++) {
            Example example = group.get(i);
            for (int at = 1; at < example.size(); at++) {
                sum -= example.answered(at) ? Math.log(rest(logProbabilities[packed.rowBefore(i, at)])) : 0;
            }
        }
        return sum;
    }

    /** {@code 1 − p}. */
    private static double rest(double logProbability) {
        return Math.max(-Math.expm1(logProbability), LEAST_REST);
    }

    /** The derivative of {@code −log(1 − p)} by {@code log p}. */
    private static double slope(double logProbability) {
        return Math.exp(logProbability) / rest(logProbability);
    }
}
