// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Random numbers, and gradients by central differences in double precision. */
final class Numbers {
    private static final double STEP = 1e-5;

    private Numbers() {}

    static float[] random(int count, long seed) {
        Random random = new Random(seed);
        float[] x = new float[count];
        for (int i = 0; i < count; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }

    static double[] doubles(float[] x) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = x[i];
        }
        return y;
    }

    /** A loss whose gradient is {@code dy}. */
    static double dot(double[] y, float[] dy) {
        double sum = 0;
        for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy[i];
        }
        return sum;
    }

    static double[] gradient(float[] at, ToDoubleFunction<double[]> loss) {
        double[] x = doubles(at);
        double[] gradient = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            double was = x[i];
            x[i] = was + STEP;
            double above = loss.applyAsDouble(x);
            x[i] = was - STEP;
            gradient[i] = (above - loss.applyAsDouble(x)) / (2 * STEP);
            x[i] = was;
        }
        return gradient;
    }

    static void assertClose(double[] expected, float[] found, double tolerance) {
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance * Math.max(1, Math.abs(expected[i])), "element " + i);
        }
    }
}
