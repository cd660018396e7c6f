// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Temperature, top-k and top-p, in this order. */
final class RandomSampler implements Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;

    RandomSampler(Sampling sampling) {
        this.sampling = sampling;
        random = sampling.seed().isPresent()
                ? new SplittableRandom(sampling.seed().getAsLong())
                : new SplittableRandom();
    }

    @Override
    public int sample(float[] logits) {
        double[] weights = unnormalised(logits);
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        if (!(total > 0)) { // infinite logits, or none that is a number
            return Sampler.argmax(logits);
        }
        boolean all = sampling.topP() >= 1 && (sampling.topK() == 0 || sampling.topK() >= logits.length);
        return all ? draw(weights, total) : drawFromTop(logits, weights, total);
    }

    /** Probabilities at the temperature, up to a common factor; the most probable token has 1. */
    private double[] unnormalised(float[] logits) {
        float max = logits[Sampler.argmax(logits)];
        double[] weights = new double[logits.length];
        for (int i = 0; i < logits.length; i++) {
            weights[i] = Math.exp((logits[i] - max) / sampling.temperature());
        }
        return weights;
    }

    private int draw(double[] weights, double total) {
        double left = random.nextDouble() * total;
        for (int i = 0; i < weights.length; i++) {
            left -= weights[i];
            if (left < 0) {
                return i;
            }
        }
        return lastPossible(weights);
    }

    private static int lastPossible(double[] weights) {
        int last = weights.length - 1;
        while (last > 0 && weights[last] == 0) {
            last--;
        }
        return last;
    }

    private int drawFromTop(float[] logits, double[] weights, double total) {
        int[] order = descending(logits, weights, total);
        int kept = order.length;
        double keptTotal = sampling.topK() == 0 ? total : sum(weights, order);
        double[] top = new double[kept];
        double sum = 0;
        int count = 0;
        while (count < kept && sum <= sampling.topP() * keptTotal) {
            top[count] = weights[order[count]];
            sum += top[count++];
        }
        return order[draw(Arrays.copyOf(top, count), sum)];
    }

    private static double sum(double[] weights, int[] tokens) {
        double sum = 0;
        for (int token : tokens) {
            sum += weights[token];
        }
        return sum;
    }

    /**
     * The tokens that may stay, from the most probable on. Without top-k, those so improbable that top-p can't reach them are left
     * out before sorting. Compared by their logits, which a high temperature doesn't make equal.
     */
    private int[] descending(float[] logits, double[] weights, double total) {
        if (sampling.topK() > 0) {
            return Ranking.best(logits, Math.min(sampling.topK(), logits.length));
        }
        double cutoff = (1 - sampling.topP()) * total / weights.length;
        return Ranking.descending(logits, i -> weights[i] >= cutoff);
    }
}
