// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Python's arithmetic of floats where it isn't Java's: remainders have the sign of the divisor, powers no infinities. */
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

    static double power(double base, double exponent) {
        if (base == 0 && exponent < 0) {
            throw new JinjaException("0.0 cannot be raised to a negative power");
        }
        double power = Math.pow(base, exponent);
        if (Double.isNaN(power) && !Double.isNaN(base) && !Double.isNaN(exponent)) {
            throw new JinjaException("found the root of a negative number, expected a positive one");
        }
        if (Double.isInfinite(power) && !Double.isInfinite(base) && !Double.isInfinite(exponent)) {
            throw new JinjaException("numerical result out of range");
        }
        return base == 1 || exponent == 0 ? 1.0 : power;
    }
}
