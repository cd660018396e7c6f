// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.optimise.AdamWSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** One number from a last hidden state: a reward, or the value of what is yet to come. */
public final class ScalarHead implements Trainable {
    private final float[] weights;
    private final float[] gradients;
    private final FlatAdamW adamW;

    private ScalarHead(float[] weights, AdamWSettings settings) {
        this.weights = weights;
        gradients = new float[weights.length];
        adamW = new FlatAdamW(weights, gradients, settings);
    }

    /** All zero, so that it says 0 first. */
    public static ScalarHead zero(int dim, AdamWSettings settings) {
        return new ScalarHead(new float[dim], settings);
    }

    /** Normally distributed with a deviation of {@code 1 / √(dim + 1)}. */
    public static ScalarHead initial(int dim, AdamWSettings settings, long seed) {
        Random random = new Random(seed);
        float[] weights = new float[dim];
        for (int i = 0; i < dim; i++) {
            weights[i] = (float) (random.nextGaussian() / Math.sqrt(dim + 1.0));
        }
        return new ScalarHead(weights, settings);
    }

    /** The weights: the array itself, to be saved or restored. */
    public float[] weights() {
        return weights;
    }

    float[] gradients() {
        return gradients;
    }

    /** Its number for one row of {@code states}. */
    double of(float[] states, int row) {
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += (double) states[row * weights.length + i] * weights[i];
        }
        return sum;
    }

    /**
     * Adds gradients: its own, and those of the row.
     *
     * @param derivative of the loss by its number
     */
    void backward(float[] states, int row, double derivative, float[] stateGradients) {
        for (int i = 0; i < weights.length; i++) {
            gradients[i] += (float) (derivative * states[row * weights.length + i]);
            stateGradients[row * weights.length + i] += (float) (derivative * weights[i]);
        }
    }

    @Override
    public void clearGradients() {
        Arrays.fill(gradients, 0);
    }

    @Override
    public double gradientNorm() {
        return adamW.gradientNorm();
    }

    @Override
    public void step(double learningRate, double gradientFactor) {
        adamW.step(learningRate, gradientFactor);
    }

    @Override
    public List<float[]> state() {
        return adamW.state();
    }

    @Override
    public void resumeAfter(long steps) {
        adamW.resumeAfter(steps);
    }

    /** Has no threads. */
    @Override
    public void close() {}
}
