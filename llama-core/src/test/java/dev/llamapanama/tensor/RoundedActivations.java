// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Activations as {@link Numerics} says they are rounded, by its definition. */
public final class RoundedActivations {
    private static final int BLOCK = 32;

    private RoundedActivations() {}

    /** What weights of a type are multiplied with: whole rows, of whole blocks where they are rounded. */
    public static double[] of(DType weights, float[] x) {
        double[] operand = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            operand[i] = x[i];
        }
        if (Numerics.of(weights).activation() == Numerics.Activation.Q8_BLOCK32) {
            for (int from = 0; from < x.length; from += BLOCK) {
                round(x, from, operand);
            }
        }
        return operand;
    }

    private static void round(float[] x, int from, double[] operand) {
        float largest = 0;
        for (int i = from; i < from + BLOCK; i++) {
            largest = Math.max(largest, Math.abs(x[i]));
        }
        for (int i = from; i < from + BLOCK; i++) {
            operand[i] = largest <= 0x1p-100 ? 0 : Math.rint(x[i] * (127 / largest)) * (largest / 127);
        }
    }

    /**
     * Whether an error could make any of them become another integer.
     *
     * @param error in units of the integers
     */
    public static boolean areNearMiddles(DType weights, float[] x, double error) {
        if (Numerics.of(weights).activation() != Numerics.Activation.Q8_BLOCK32) {
            return false;
        }
        for (int i = 0; i < x.length; i++) {
            float largest = 0;
            for (int j = i / BLOCK * BLOCK; j < i / BLOCK * BLOCK + BLOCK; j++) {
                largest = Math.max(largest, Math.abs(x[j]));
            }
            double exact = x[i] * (127.0 / largest);
            if (Math.rint(exact - error) != Math.rint(exact + error)) {
                return true;
            }
        }
        return false;
    }
}
