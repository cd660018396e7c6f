// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Python's numbers. */
final class Numbers {
    private Numbers() {}

    /** The smallest form of a whole number. */
    static Object of(BigInteger value) {
        return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
    }

    /** A whole number, or null where a value is none; booleans are 0 and 1. */
    static @Nullable BigInteger whole(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? BigInteger.ONE : BigInteger.ZERO;
            case Long number -> BigInteger.valueOf(number);
            case BigInteger number -> number;
            default -> null;
        };
    }

    static boolean isNumber(Object value) {
        return value instanceof Double || whole(value) != null;
    }

    /** The value as a double; must be a number. */
    static double toDouble(Object value) {
        if (value instanceof Double number) {
            return number;
        }
        BigInteger whole = whole(value);
        if (whole == null) {
            throw new JinjaException("found '" + Values.typeName(value) + "', expected a number");
        }
        return whole.doubleValue();
    }

    /** The value as a double; fails for a whole number that none can hold. */
    static double toFloat(Object value) {
        double number = toDouble(value);
        return value instanceof Double ? number : finite(number);
    }

    /** The same number; fails where whole numbers were too large for a double. */
    static double finite(double number) {
        if (Double.isInfinite(number)) {
            throw new JinjaException("a whole number that is too large for a float");
        }
        return number;
    }

    /** A whole number that fits an int, as indexes and counts do. */
    static int toInt(Object value, String what) {
        BigInteger whole = whole(value);
        if (whole == null) {
            throw new JinjaException(what + ": found '" + Values.typeName(value) + "', expected a whole number");
        }
        if (whole.bitLength() > 31) {
            return whole.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        return Math.clamp(whole.longValue(), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static int compare(Object left, Object right) {
        BigInteger first = whole(left);
        BigInteger second = whole(right);
        if (first != null && second != null) {
            return first.compareTo(second);
        }
        double a = toDouble(left);
        double b = toDouble(right);
        if (Double.isInfinite(a) || Double.isInfinite(b) || Double.isNaN(a) || Double.isNaN(b)) {
            return Double.compare(a, b);
        }
        return exact(left).compareTo(exact(right));
    }

    private static BigDecimal exact(Object number) {
        BigInteger whole = whole(number);
        return whole == null ? new BigDecimal(toDouble(number)) : new BigDecimal(whole);
    }

    /** The shortest decimal that reads back. Java's has two digits at least, of which one may do. */
    private static BigDecimal shortest(double value) {
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        BigDecimal shorter = shortest.precision() == 2 ? shortest.round(new MathContext(1)) : shortest;
        return shorter.doubleValue() == value ? shorter : shortest;
    }

    /** As Python prints it: the shortest digits that read back, without exponent from 1e-4 to below 1e16. */
    static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = shortest(value);
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        String digits = shortest.unscaledValue().abs().toString();
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String sign = value < 0 ? "-" : "";
        String power = Math.abs(exponent) < 10 ? "0" + Math.abs(exponent) : Integer.toString(Math.abs(exponent));
        return sign + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+") + power;
    }
}
