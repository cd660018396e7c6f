// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.Parameters;

/**
 * The mean of weights of one shape: of checkpoints along the end of a training, or of models that were tuned on different data, as Llama 3 averages
 * both (arXiv 2407.21783, 3.4.3 and 4.1.5). Holds one set of weights, however many are added. Not safe for several threads.
 */
public final class ParameterAverage {
    private final LlamaConfig config;
    private final Parameters mean;
    private double total;

    /** Of nothing yet. */
    public ParameterAverage(LlamaConfig config) {
        this(Parameters.zero(config), 0);
    }

    private ParameterAverage(Parameters mean, double total) {
        config = mean.config();
        this.mean = mean;
        this.total = total;
    }

    /**
     * One that goes on.
     *
     * @param mean of what was added before; changes with what is added now
     * @param weight sum of the weights of that
     * @throws IllegalArgumentException if the weight isn't positive
     */
    public static ParameterAverage resume(Parameters mean, double weight) {
        requirePositive(weight);
        return new ParameterAverage(mean, weight);
    }

    /** Adds weights that count once. */
    public ParameterAverage add(Parameters parameters) {
        return add(parameters, 1);
    }

    /**
     * Adds weights.
     *
     * @param weight how much they count beside others
     * @throws IllegalArgumentException if they have another shape, or the weight isn't positive
     */
    public ParameterAverage add(Parameters parameters, double weight) {
        if (!parameters.config().equals(config)) {
            throw new IllegalArgumentException("weights: found " + parameters.config() + ", expected " + config);
        }
        requirePositive(weight);
        total += weight;
        double share = weight / total;
        float[] means = mean.values();
        float[] next = parameters.values();
        for (int i = 0; i < means.length; i++) {
            means[i] = (float) (means[i] + share * ((double) next[i] - means[i]));
        }
        return this;
    }

    private static void requirePositive(double weight) {
        if (!(weight > 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("weight in the mean: found " + weight);
        }
    }

    /**
     * The mean of all that were added: changes with the next.
     *
     * @throws IllegalStateException if there are none
     */
    public Parameters mean() {
        if (total == 0) {
            throw new IllegalStateException("mean of weights: none added yet");
        }
        return mean;
    }
}
