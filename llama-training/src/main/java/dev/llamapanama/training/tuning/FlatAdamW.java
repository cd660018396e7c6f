// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.kernel.AdamUpdate;
import dev.llamapanama.training.optimise.AdamWSettings;
import java.util.List;

/** {@link dev.llamapanama.training.optimise.AdamW} for few weights that belong to no {@code Parameters}; all of them decay. */
final class FlatAdamW {
    private final float[] values;
    private final float[] gradients;
    private final AdamWSettings settings;
    private final float[] means;
    private final float[] squares;
    private long steps;

    FlatAdamW(float[] values, float[] gradients, AdamWSettings settings) {
        this.values = values;
        this.gradients = gradients;
        this.settings = settings;
        means = new float[values.length];
        squares = new float[values.length];
    }

    double gradientNorm() {
        double sum = 0;
        for (float each : gradients) {
            sum += (double) each * each;
        }
        return Math.sqrt(sum);
    }

    void step(double learningRate, double gradientFactor) {
        steps++;
        new AdamUpdate(
                        (float) gradientFactor,
                        (float) (1 - learningRate * settings.weightDecay()),
                        settings.beta1(),
                        settings.beta2(),
                        (float) settings.epsilon(),
                        (float) (learningRate / (1 - Math.pow(settings.beta1(), (double) steps))),
                        (float) Math.sqrt(1 - Math.pow(settings.beta2(), (double) steps)))
                .apply(values, gradients, means, squares, 0, values.length);
    }

    /** Weights and moments: the arrays themselves. */
    List<float[]> state() {
        return List.of(values, means, squares);
    }

    void resumeAfter(long done) {
        steps = done;
    }
}
