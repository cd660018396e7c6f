// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.network.ParameterTensor;
import dev.llamapanama.training.network.Parameters;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the formulas of torch.optim.AdamW in double precision. */
class AdamWTest {
    /** With tensors of more than one part, and of sizes that fill no vector. */
    private static final LlamaConfig CONFIG = LlamaConfig.builder()
            .dim(30)
            .layers(1)
            .heads(3)
            .ffnDim(31)
            .vocabSize(701)
            .contextLength(8)
            .build();

    @Test
    void equalsItsFormulas() {
        AdamWSettings settings = new AdamWSettings(0.9, 0.95, 1e-5, 0.1);
        Parameters parameters = Parameters.initial(CONFIG, 1);
        Parameters gradients = Parameters.zero(CONFIG);
        int count = parameters.values().length;
        double[] w = new double[count];
        double[] m = new double[count];
        double[] v = new double[count];
        for (int i = 0; i < count; i++) {
            w[i] = parameters.values()[i];
        }
        boolean[] decays = new boolean[count];
        for (ParameterTensor tensor : parameters.tensors().values()) {
            for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
                decays[i] = !tensor.name().contains("norm");
            }
        }
        Random random = new Random(2);
        try (AdamW adamW = new AdamW(parameters, gradients, settings, 2)) {
            for (int t = 1; t <= 20; t++) {
                double rate = 1e-2 / t;
                double factor = t % 2 == 0 ? 1 : 0.25;
                for (int i = 0; i < count; i++) {
                    gradients.values()[i] = (float) (random.nextGaussian() * Math.pow(10, i % 7 - 5));
                }
                adamW.step(rate, factor);
                assertEquals(t, adamW.steps());
                for (int i = 0; i < count; i++) {
                    double g = gradients.values()[i] * factor;
                    w[i] *= decays[i] ? 1 - rate * 0.1 : 1;
                    m[i] = 0.9 * m[i] + 0.1 * g;
                    v[i] = 0.95 * v[i] + 0.05 * g * g;
                    w[i] -= rate
                            / (1 - Math.pow(0.9, t))
                            * m[i]
                            / (Math.sqrt(v[i]) / Math.sqrt(1 - Math.pow(0.95, t)) + 1e-5);
                    assertEquals(
                            w[i],
                            parameters.values()[i],
                            2e-7 * (1 + t * Math.abs(w[i])),
                            "weight " + i + " of step " + t);
                }
            }
        }
    }

    @Test
    void resumes() {
        Parameters straight = Parameters.initial(CONFIG, 1);
        Parameters resumed = Parameters.initial(CONFIG, 1);
        Parameters gradients = Parameters.initial(CONFIG, 2);
        try (AdamW whole = new AdamW(straight, gradients, AdamWSettings.LLAMA, 1);
                AdamW first = new AdamW(resumed, gradients, AdamWSettings.LLAMA, 3);
                AdamW second = new AdamW(resumed, gradients, AdamWSettings.LLAMA, 1)) {
            for (int t = 0; t < 5; t++) {
                whole.step(1e-3, 1);
            }
            for (int t = 0; t < 3; t++) {
                first.step(1e-3, 1);
            }
            int count = gradients.values().length;
            System.arraycopy(first.means().values(), 0, second.means().values(), 0, count);
            System.arraycopy(first.squares().values(), 0, second.squares().values(), 0, count);
            second.resumeAfter(first.steps());
            for (int t = 0; t < 2; t++) {
                second.step(1e-3, 1);
            }
        }
        assertArrayEquals(straight.values(), resumed.values());
    }

    @Test
    void clipping() {
        Parameters gradients = Parameters.zero(CONFIG);
        gradients.values()[0] = 3;
        gradients.values()[gradients.values().length - 1] = -4;
        try (AdamW adamW = new AdamW(Parameters.zero(CONFIG), gradients, AdamWSettings.LLAMA, 2)) {
            assertEquals(5, adamW.gradientNorm());
        }
        assertEquals(1 / (5 + 1e-6), new GradientClipping(1).factor(5), 1e-15);
        assertEquals(1, new GradientClipping(5.1).factor(5));
        assertEquals(1 / (1 + 1e-6), new GradientClipping(1).factor(1), 1e-15);
        assertThrows(IllegalArgumentException.class, () -> new GradientClipping(0));
        assertThrows(IllegalArgumentException.class, () -> new AdamWSettings(1, 0.95, 1e-5, 0));
    }
}
