// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers out of other values, as Python's {@code int} and {@code float} read them. */
final class ReadNumbers {
    private static final String DIGITS = "\\d(?:_?\\d)*";
    private static final Pattern FLOAT = Pattern.compile(
            "[+-]?(?:" + DIGITS + "\\.?(?:" + DIGITS + ")?|\\." + DIGITS + ")(?:[eE][+-]?" + DIGITS + ")?",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WHOLE =
            Pattern.compile("([+-]?)(0[xX]_?|0[oO]_?|0[bB]_?)?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)");

    /** As long as numbers in text may be; Python has such a limit too. */
    private static final int LENGTH = 4300;

    private ReadNumbers() {}

    /** The filter {@code int}: a whole number, or the argument {@code default} for what is none. */
    static Object toInt(Object value, Arguments arguments) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        Object otherwise = arguments.get(0, "default", 0L);
        if (Markup.plain(value) instanceof String text) {
            Object whole = whole(text, Numbers.toInt(arguments.get(1, "base", 10L), "base"));
            return whole != null ? whole : truncated(toFloat(value, Double.NaN), otherwise);
        }
        return truncated(value, otherwise);
    }

    /** The part of a number before the point. */
    static Object truncated(Object value, Object otherwise) {
        BigInteger whole = Numbers.whole(value);
        if (whole != null) {
            return Numbers.of(whole);
        }
        return value instanceof Double number && Double.isFinite(number)
                ? Numbers.of(new BigDecimal(number).toBigInteger())
                : otherwise;
    }

    private static @Nullable Object whole(String text, int base) {
        Matcher matcher = WHOLE.matcher(ascii(PythonText.strip(text)));
        if (text.length() > LENGTH || !matcher.matches()) {
            return null;
        }
        String prefix = matcher.group(2) == null ? "" : matcher.group(2).toLowerCase(Locale.ROOT);
        int stated = prefix.startsWith("0x") ? 16 : prefix.startsWith("0o") ? 8 : prefix.startsWith("0b") ? 2 : 10;
        if (base != 0 && base != stated && !prefix.isEmpty()) {
            return null;
        }
        String digits = matcher.group(3).replace("_", "");
        boolean octalOfOld = base == 0 && prefix.isEmpty() && digits.startsWith("0") && !digits.matches("0+");
        try {
            return octalOfOld ? null : Numbers.of(new BigInteger(matcher.group(1) + digits, base == 0 ? stated : base));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    /** The filter {@code float}. */
    static Object toFloat(Object value, Object otherwise) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (Numbers.isNumber(value)) {
            return Numbers.toFloat(value);
        }
        return Markup.plain(value) instanceof String text
                ? ofText(ascii(PythonText.strip(text)), otherwise)
                : otherwise;
    }

    private static Object ofText(String text, Object otherwise) {
        if (text.length() <= LENGTH && FLOAT.matcher(text).matches()) {
            return Double.parseDouble(text.replace("_", ""));
        }
        boolean negative = text.startsWith("-");
        String unsigned = text.toLowerCase(Locale.ROOT).replaceFirst("^[+-]", "");
        return switch (unsigned) {
            case "inf", "infinity" -> negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> otherwise;
        };
    }

    /** Digits of all scripts as those of ASCII. */
    private static String ascii(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .forEach(c -> plain.appendCodePoint(
                        Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER ? '0' + Character.digit(c, 10) : c));
        return plain.toString();
    }
}
