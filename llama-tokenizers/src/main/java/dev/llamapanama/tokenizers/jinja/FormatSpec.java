// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How Python's {@code format} writes a value: {@code [[fill]align][sign][#][0][width][grouping][.precision][type]}.
 *
 * @param fill what stands before or after the value
 * @param align {@code <}, {@code >}, {@code ^}, {@code =} for between sign and digits, or 0 for the type's choice
 * @param sign {@code +}, a space, or {@code -} for negative numbers only
 * @param alternate whether prefixes and trailing zeros are written
 * @param width the least number of characters
 * @param grouping what stands between thousands, or 0
 * @param precision digits or characters, or -1
 * @param type a letter, or 0 for the type's choice
 */
record FormatSpec(
        String fill, char align, char sign, boolean alternate, int width, char grouping, int precision, char type) {
    private static final Pattern SPEC = Pattern.compile(
            "(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\\d{1,8})?([,_])?(?:\\.(\\d{1,8}))?([a-zA-Z%])?", Pattern.DOTALL);

    static FormatSpec parse(String text) {
        Matcher matcher = SPEC.matcher(text);
        if (!matcher.matches()) {
            throw new JinjaException("invalid format specifier '" + text + "'");
        }
        boolean zeros = matcher.group(5) != null && matcher.group(2) == null;
        String fill = matcher.group(1) != null ? matcher.group(1) : matcher.group(5) != null ? "0" : " ";
        return new FormatSpec(
                fill,
                zeros ? '=' : letter(matcher.group(2), '\0'),
                letter(matcher.group(3), '-'),
                matcher.group(4) != null,
                matcher.group(6) == null ? 0 : Integer.parseInt(matcher.group(6)),
                letter(matcher.group(7), '\0'),
                matcher.group(8) == null ? -1 : Integer.parseInt(matcher.group(8)),
                letter(matcher.group(9), '\0'));
    }

    private static char letter(String text, char otherwise) {
        return text == null ? otherwise : text.charAt(0);
    }

    String format(Object value) {
        boolean plain = equals(parse(""));
        if (Markup.plain(value) instanceof String text) {
            return text(text);
        }
        if (plain || !Numbers.isNumber(value)) {
            if (!plain) {
                throw new JinjaException("unsupported format string passed to " + Values.typeName(value));
            }
            return Representation.text(value);
        }
        BigInteger whole = Numbers.whole(value);
        return whole != null && "eEfFgG%".indexOf(type) < 0 ? whole(whole) : real(Numbers.toFloat(value));
    }

    private String text(String text) {
        boolean numeric = align == '=' && !fill.equals("0");
        if (numeric || sign != '-' || alternate || grouping != 0 || (type != 0 && type != 's')) {
            throw new JinjaException("a format of numbers for 'str'");
        }
        String cut = precision < 0 || precision >= Values.length(text)
                ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
        return padded("", cut, align == 0 || align == '=' ? '<' : align);
    }

    private String whole(BigInteger value) {
        if (precision >= 0) {
            throw new JinjaException("Precision not allowed in integer format specifier");
        }
        BigInteger magnitude = value.abs();
        String prefix = alternate && type != 0 && type != 'd' && type != 'n' ? "0" + type : "";
        String digits = switch (type) {
            case 'b' -> magnitude.toString(2);
            case 'o' -> magnitude.toString(8);
            case 'x' -> magnitude.toString(16);
            case 'X' -> magnitude.toString(16).toUpperCase(Locale.ROOT);
            case 'c' -> Character.toString(Numbers.toInt(Numbers.of(value), "character"));
            case 0, 'd', 'n' -> magnitude.toString();
            default -> throw new JinjaException("Unknown format code '" + type + "' for object of type 'int'");
        };
        boolean decimal = type == 0 || type == 'd' || type == 'n';
        return number(value.signum() < 0, prefix, grouped(digits, decimal ? 3 : 4), "");
    }

    private String real(double value) {
        boolean negative = value < 0 || (value == 0 && 1 / value < 0);
        if (type == '%') {
            return number(negative, "", grouped(NumberFormat.format(value * 100, 'f', digits(6), alternate), 3), "%");
        }
        if (type == 0 && precision < 0) {
            return number(negative, "", grouped(Numbers.text(Math.abs(value)), 3), "");
        }
        if (type != 0 && "eEfFgGn".indexOf(type) < 0) {
            throw new JinjaException("Unknown format code '" + type + "' for object of type 'float'");
        }
        char letter = type == 0 || type == 'n' ? 'g' : type;
        String digits = NumberFormat.format(value, letter, digits(6), alternate);
        boolean whole = type == 0 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        return number(negative, "", grouped(whole ? digits + ".0" : digits, 3), "");
    }

    private int digits(int otherwise) {
        return precision < 0 ? otherwise : precision;
    }

    private String grouped(String digits, int size) {
        if (grouping == 0) {
            return digits;
        }
        int end = 0;
        while (end < digits.length() && Character.digit(digits.charAt(end), 16) >= 0) {
            end++;
        }
        StringBuilder grouped = new StringBuilder(digits);
        for (int i = end - size; i > 0; i -= size) {
            grouped.insert(i, grouping);
        }
        return grouped.toString();
    }

    private String number(boolean negative, String prefix, String digits, String suffix) {
        String shown = negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
        return padded(shown + prefix, digits + suffix, align == 0 ? '>' : align);
    }

    private String padded(String before, String text, char side) {
        long missing = Math.max(0, width - Values.length(before) - Values.length(text));
        Rendering.checkLength(missing);
        int left = side == '<' ? 0 : side == '^' ? (int) (missing / 2) : (int) missing;
        String start = fill.repeat(left);
        String end = fill.repeat((int) missing - left);
        return side == '=' ? before + start + text : start + before + text + end;
    }
}
