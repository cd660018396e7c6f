// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import dev.llamapanama.tensor.LargestLogits;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The tokens that may still be drawn, and their probabilities up to a common factor. At least one is always left. Of equally probable tokens
 * the first comes first.
 */
final class Candidates {
    private final float[] logits;
    /** Of all tokens; the greatest is 1. */
    private final double[] weights;

    private int[] tokens;
    private double total;
    private boolean descending;

    Candidates(float[] logits, double temperature) {
        this.logits = logits;
        weights = new double[logits.length];
        float max = logits[Sampler.argmax(logits)];
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - max) / temperature);
        }
        tokens = IntStream.range(0, logits.length).toArray();
        total = sum();
    }

    /** The first of all tokens in descending order, each by its place in it, of which not all may be left when one is drawn. */
    Candidates(LargestLogits largest, double temperature) {
        this(largest.logits(), temperature);
        total = largest.total();
        descending = true;
    }

    /** Of the weights of those that are left. */
    double sum() {
        double sum = 0;
        for (int token : tokens) {
            sum += weights[token];
        }
        return sum;
    }

    private void stay(int[] those) {
        tokens = those;
        total = sum();
    }

    /** Sum of the weights of those that are left; not a number where logits are infinite, or none is a number. */
    double total() {
        return total;
    }

    /** How many have a probability above 0. */
    int possible() {
        int possible = 0;
        for (int token : tokens) {
            possible += weights[token] > 0 ? 1 : 0;
        }
        return possible;
    }

    /** −Σ p ln p, in nats. */
    double entropy() {
        double sum = 0;
        for (int token : tokens) {
            if (weights[token] > 0) {
                sum += weights[token] * Math.log(weights[token]);
            }
        }
        return Math.log(total) - sum / total;
    }

    double probability(int token) {
        return weights[token] / total;
    }

    /** Only the most probable ones stay. */
    void keepBest(int count) {
        if (count < tokens.length) {
            stay(Ranking.best(logits, count));
            descending = true;
        }
    }

    /** They stay while the probability of those before them is at most this. */
    void keepNucleus(double topP) {
        double before = total;
        if (!descending) {
            // Those so improbable that the sum can't reach them needn't be sorted. Compared by logits, which a high
            // temperature doesn't make equal.
            double cutoff = (1 - topP) * before / weights.length;
            tokens = Ranking.descending(logits, token -> weights[token] >= cutoff);
            descending = true;
        }
        double sum = 0;
        int count = 0;
        while (count < tokens.length && sum <= topP * before) {
            sum += weights[tokens[count++]];
        }
        stay(Arrays.copyOf(tokens, count));
    }

    /** Those stay that are at least this part as probable as the most probable one of all. */
    void keepAbove(double minP) {
        double most = 0;
        for (int token : tokens) {
            most = Math.max(most, weights[token]);
        }
        double least = minP * most;
        keep(token -> weights[token] >= least);
    }

    /** Those stay whose surprise is nearest to the entropy, as many as it takes to reach a probability (Meister et al., arXiv 2202.00666). */
    void keepTypical(double typicalP) {
        double entropy = entropy();
        int[] order = Arrays.stream(tokens)
                .filter(token -> weights[token] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> Math.abs(-Math.log(weights[token] / total) - entropy)))
                .mapToInt(Integer::intValue)
                .toArray();
        double sum = 0;
        int count = 0;
        while (count < order.length && sum < typicalP * total) {
            sum += weights[order[count++]];
        }
        stay(Arrays.copyOf(order, count));
        descending = false;
    }

    /** Of those that are as probable as this, only the last stays. */
    void excludeTop(double threshold) {
        double least = threshold * total;
        int[] top =
                Arrays.stream(tokens).filter(token -> weights[token] >= least).toArray();
        if (top.length > 1) {
            int last = top[0];
            for (int token : top) {
                last = weights[token] <= weights[last] ? token : last;
            }
            int kept = last;
            keep(token -> weights[token] < least || token == kept);
        }
    }

    /** Those stay whose surprise −log₂ p is no greater, or else the most probable one. */
    void keepUnsurprising(double bits) {
        double least = Math.pow(2, -bits) * total;
        int best = tokens[0];
        for (int token : tokens) {
            best = weights[token] > weights[best] ? token : best;
        }
        int certain = best;
        keep(token -> weights[token] >= least || token == certain);
    }

    private void keep(IntPredicate condition) {
        stay(Arrays.stream(tokens).filter(condition).toArray());
    }

    int draw(SplittableRandom random) {
        double left = random.nextDouble() * total;
        int last = tokens[0];
        for (int token : tokens) {
            if (weights[token] > 0) {
                left -= weights[token];
                last = token;
                if (left < 0) {
                    return token;
                }
            }
        }
        return last;
    }
}
