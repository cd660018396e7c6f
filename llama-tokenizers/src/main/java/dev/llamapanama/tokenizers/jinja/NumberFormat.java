// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Digits of floats as C and Python write them: of the exact value, halves to even. The sign is left out. */
final class NumberFormat {
    private static final int PRECISION = 10_000;

    private NumberFormat() {}

    /**
     * @param type a letter of {@code eEfFgG}
     * @param precision digits behind the point, or for {@code g} digits that count
     * @param alternate whether {@code g} keeps zeros at the end
     */
    static String format(double value, char type, int precision, boolean alternate) {
        if (precision > PRECISION) {
            throw new JinjaException("precision: found " + precision + ", expected at most " + PRECISION);
        }
        double magnitude = Math.abs(value);
        String text = Double.isNaN(value) ? "nan" : Double.isInfinite(value) ? "inf" : "";
        if (text.isEmpty()) {
            text = switch (Character.toLowerCase(type)) {
                case 'e' -> scientific(magnitude, precision);
                case 'g' -> general(magnitude, Math.max(1, precision), alternate);
                default -> fixed(magnitude, precision);
            };
        }
        return Character.isUpperCase(type) ? PythonText.upper(text) : text;
    }

    static String fixed(double value, int precision) {
        return new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
    }

    private static String scientific(double value, int precision) {
        BigDecimal rounded = rounded(value, precision + 1);
        String digits = rounded.unscaledValue().toString();
        digits += "0".repeat(precision + 1 - digits.length());
        int exponent = exponent(rounded);
        return digits.charAt(0)
                + (precision > 0 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    private static String general(double value, int precision, boolean alternate) {
        int exponent = exponent(rounded(value, precision));
        boolean plain = exponent >= -4 && exponent < precision;
        String text = plain ? fixed(value, precision - 1 - exponent) : scientific(value, precision - 1);
        if (alternate || !text.contains(".")) {
            return text;
        }
        int end = plain ? text.length() : text.indexOf('e');
        return text.substring(0, end).replaceFirst("\\.?0+$", "") + text.substring(end);
    }

    private static BigDecimal rounded(double value, int digits) {
        return new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
    }

    private static int exponent(BigDecimal value) {
        return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
    }
}
