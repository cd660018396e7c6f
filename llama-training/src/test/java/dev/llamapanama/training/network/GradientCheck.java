// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/** The gradients of a network against central differences in double precision. */
public final class GradientCheck {
    private static final double STEP = 1e-5;

    private GradientCheck() {}

    /** As close as floats come where the largest gradients of a tensor are among the summands of the others. */
    public static void of(DecoderNetwork network, double[] weights, ToDoubleFunction<double[]> loss) {
        for (ParameterTensor tensor : network.parameters().tensors().values()) {
            double[] expected = differences(tensor.offset(), tensor.size(), weights, loss);
            double size =
                    Math.max(1, Arrays.stream(expected).map(Math::abs).max().orElseThrow());
            for (int i = 0; i < expected.length; i++) {
                float found = network.gradients().values()[tensor.offset() + i];
                assertEquals(expected[i], found, 1e-5 * size, tensor.name() + " " + i);
            }
        }
    }

    private static double[] differences(int offset, int size, double[] weights, ToDoubleFunction<double[]> loss) {
        double[] differences = new double[size];
        for (int i = 0; i < differences.length; i++) {
            int at = offset + i;
            double was = weights[at];
            weights[at] = was + STEP;
            double above = loss.applyAsDouble(weights);
            weights[at] = was - STEP;
            differences[i] = (above - loss.applyAsDouble(weights)) / (2 * STEP);
            weights[at] = was;
        }
        return differences;
    }

    /** Derivatives by all elements. */
    public static double[] differences(double[] weights, ToDoubleFunction<double[]> loss) {
        return differences(0, weights.length, weights, loss);
    }

    public static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        Arrays.setAll(y, i -> x[i]);
        return y;
    }
}
