// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** Rounding to half precision (IEEE 754 binary16) as keys and values are rounded, by its definition. */
public final class Halves {
    private static final double MOST = 65504;
    private static final int LEAST_EXPONENT = -14;
    private static final int MANTISSA_BITS = 10;

    private Halves() {}

    /** To nearest, ties to even; what is too large becomes the largest half, what would be subnormal zero. */
    public static double round(double x) {
        int exponent = Math.getExponent(x);
        if (exponent < LEAST_EXPONENT) {
            return 0;
        }
        double unit = Math.scalb(1.0, exponent - MANTISSA_BITS);
        return Math.clamp(Math.rint(x / unit) * unit, -MOST, MOST);
    }
}
