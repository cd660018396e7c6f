// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.optimise.AdamW;
import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.optimise.LearningRate;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Twenty steps of training against twenty in double precision, where gradients are central differences. */
class LossCurveTest {
    private static final int STEPS = 20;
    private static final double DIFFERENCE = 1e-5;
    private static final LearningRate RATE = new LearningRate.WarmUp(5, new LearningRate.Cosine(1e-2, 0.1, 15));

    @Test
    void isThatOfDoublePrecision() {
        Parameters parameters = TestNetworks.parameters(
                TestNetworks.config().layers(1).tiedEmbeddings(true).build());
        Batch batch = TestNetworks.batch(15, 13);
        double[] expected = reference(parameters, batch);
        double[] found = new double[STEPS];
        GradientClipping clipping = new GradientClipping(1);
        try (DecoderNetwork network = new DecoderNetwork(parameters, new NetworkOptions(15, 2, false));
                AdamW adamW = new AdamW(parameters, network.gradients(), AdamWSettings.LLAMA, 2)) {
            for (int step = 0; step < STEPS; step++) {
                network.clearGradients();
                found[step] = network.learn(batch, 1f / batch.targetCount()) / batch.targetCount();
                adamW.step(RATE.at(step), clipping.factor(adamW.gradientNorm()));
            }
        }
        for (int step = 0; step < STEPS; step++) {
            assertEquals(expected[step], found[step], 2e-5, "step " + step);
        }
        assertTrue(found[STEPS - 1] < 0.5 * found[0], Arrays.toString(found));
    }

    private static double[] reference(Parameters layout, Batch batch) {
        double[] losses = new double[STEPS];
        double[] weights = new double[layout.values().length];
        Arrays.setAll(weights, i -> layout.values()[i]);
        double[] gradients = new double[weights.length];
        double[] means = new double[weights.length];
        double[] squares = new double[weights.length];
        for (int step = 0; step < STEPS; step++) {
            losses[step] = loss(layout, weights, batch);
            double norm = 0;
            for (int i = 0; i < weights.length; i++) {
                double was = weights[i];
                weights[i] = was + DIFFERENCE;
                double above = loss(layout, weights, batch);
                weights[i] = was - DIFFERENCE;
                gradients[i] = (above - loss(layout, weights, batch)) / (2 * DIFFERENCE);
                weights[i] = was;
                norm += gradients[i] * gradients[i];
            }
            double factor = Math.min(1, 1 / (Math.sqrt(norm) + 1e-6));
            double rate = RATE.at(step);
            for (ParameterTensor tensor : layout.tensors().values()) {
                double decay = tensor.name().contains("norm") ? 0 : 0.1;
                for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
                    double g = factor * gradients[i];
                    means[i] = 0.9 * means[i] + 0.1 * g;
                    squares[i] = 0.95 * squares[i] + 0.05 * g * g;
                    double mean = means[i] / (1 - Math.pow(0.9, step + 1));
                    double square = squares[i] / (1 - Math.pow(0.95, step + 1));
                    weights[i] -= rate * (decay * weights[i] + mean / (Math.sqrt(square) + 1e-5));
                }
            }
        }
        return losses;
    }

    private static double loss(Parameters layout, double[] weights, Batch batch) {
        ReferenceNetwork reference = new ReferenceNetwork(layout, weights, batch);
        return -Arrays.stream(reference.logProbabilities(reference.states())).sum() / batch.targetCount();
    }
}
