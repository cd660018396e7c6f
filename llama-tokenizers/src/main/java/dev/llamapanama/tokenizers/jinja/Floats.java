// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Python's division of floats, whose remainder has the sign of the divisor. */
final class Floats {
    private Floats() {}

    static double modulo(double left, double divisor) {
        double remainder = left % divisor;
        if (remainder == 0) {
            return Math.copySign(0, divisor);
        }
        return remainder < 0 != divisor < 0 ? remainder + divisor : remainder;
    }

    /** Whole, and exact for what {@link #modulo} leaves: 1 // 0.1 is 9. */
    static double floorDivide(double left, double divisor) {
        double remainder = left % divisor;
        double quotient = (left - remainder) / divisor;
        if (remainder != 0 && remainder < 0 != divisor < 0) {
            quotient -= 1;
        }
        if (quotient == 0) {
            return Math.copySign(0, left / divisor);
        }
        double floor = Math.floor(quotient);
        return quotient - floor > 0.5 ? floor + 1 : floor;
    }
}
