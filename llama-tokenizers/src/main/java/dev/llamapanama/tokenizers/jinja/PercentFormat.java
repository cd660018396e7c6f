// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %}. */
final class PercentFormat {
    private static final Pattern DIRECTIVE = Pattern.compile(
            "%(?:\\(([^()]*)\\))?([-+0 #]*)(\\d{1,8}|\\*)?(?:\\.(\\d{1,8}|\\*|))?[hlL]?(.)?", Pattern.DOTALL);

    private final Object values;
    private final List<?> given;
    private int next;
    private boolean named;

    private PercentFormat(Object values) {
        this.values = values;
        given = values instanceof Tuple tuple ? tuple : List.of(values);
    }

    /** @param values a tuple of as many as the format takes, a map of those that it names, or a single one */
    static String format(String format, Object values) {
        return new PercentFormat(values).format(format);
    }

    private String format(String format) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = DIRECTIVE.matcher(format);
        int at = 0;
        while (matcher.find()) {
            text.append(format, at, matcher.start());
            at = matcher.end();
            if (matcher.group(5) == null) {
                throw new JinjaException("incomplete format");
            }
            text.append(directive(matcher));
            Rendering.checkLength(text.length());
        }
        boolean counts = values instanceof Tuple || !(values instanceof Map || values instanceof List);
        if (!named && counts && next < given.size()) {
            throw new JinjaException("not all arguments converted during string formatting");
        }
        return text.append(format.substring(at)).toString();
    }

    private String directive(Matcher matcher) {
        char type = matcher.group(5).charAt(0);
        if (type == '%') {
            return "%";
        }
        String flags = matcher.group(2);
        Object entry = matcher.group(1) == null ? null : entry(matcher.group(1));
        int width = number(matcher.group(3));
        int precision = matcher.group(4) == null ? -1 : Math.max(0, number(matcher.group(4)));
        char align =
                flags.contains("-") || width < 0 ? '<' : flags.contains("0") && "srac".indexOf(type) < 0 ? '=' : '>';
        char sign = flags.contains("+") ? '+' : flags.contains(" ") ? ' ' : '-';
        return converted(
                entry == null ? argument() : entry,
                new FormatSpec(
                        align == '=' ? "0" : " ",
                        align,
                        sign,
                        flags.contains("#"),
                        Math.abs(width),
                        '\0',
                        precision,
                        type));
    }

    private Object entry(String name) {
        if (!(values instanceof Map<?, ?> map)) {
            throw new JinjaException("format requires a mapping");
        }
        named = true;
        Object value = map.get(name);
        if (value == null) {
            throw new JinjaException("found no '" + name + "' for the format");
        }
        return value;
    }

    private Object argument() {
        if (next == given.size()) {
            throw new JinjaException("not enough arguments for format string");
        }
        return given.get(next++);
    }

    private int number(String digits) {
        if (digits == null || digits.isEmpty()) {
            return 0;
        }
        return digits.equals("*") ? Numbers.toInt(argument(), "* wants int") : Integer.parseInt(digits);
    }

    private static String converted(Object value, FormatSpec spec) {
        FormatSpec text = new FormatSpec(" ", spec.align(), '-', false, spec.width(), '\0', spec.precision(), 's');
        return switch (spec.type()) {
            case 's' -> text.format(Representation.text(value));
            case 'r' -> text.format(Representation.literal(value));
            case 'a' -> text.format(Representation.ascii(value));
            case 'c' -> text.format(value instanceof String one && Values.length(one) == 1 ? one : character(value));
            case 'd', 'i', 'u' -> whole(ReadNumbers.truncated(value, None.NONE), spec, '\0');
            case 'o', 'x', 'X' -> whole(value, spec, spec.type());
            case 'e', 'E', 'f', 'F', 'g', 'G' -> {
                if (!Numbers.isNumber(value)) {
                    throw new JinjaException("must be real number, not " + Values.typeName(value));
                }
                yield spec.format(Numbers.toFloat(value));
            }
            default -> throw new JinjaException("unsupported format character '" + spec.type() + "'");
        };
    }

    private static String character(Object value) {
        int code = Numbers.toInt(value, "%c");
        if (!Character.isValidCodePoint(code)) {
            throw new JinjaException("a number that is no character");
        }
        return Character.toString(code);
    }

    /** Here a precision is the least number of digits. */
    private static String whole(Object value, FormatSpec spec, char type) {
        if (Numbers.whole(value) == null) {
            throw new JinjaException(
                    "%" + spec.type() + " format: a number is required, not " + Values.typeName(value));
        }
        int least = Math.max(0, spec.precision());
        String sign = String.valueOf(spec.sign());
        String digits = new FormatSpec("0", '=', '-', false, least, '\0', -1, type)
                .format(Operators.signed(value, Numbers.compare(value, 0L) < 0));
        String shown = Numbers.compare(value, 0L) < 0 ? "-" : sign.equals("-") ? "" : sign;
        String prefix = spec.alternate() && type != '\0' ? "0" + type : "";
        int missing = Math.max(0, spec.width() - shown.length() - prefix.length() - digits.length());
        Rendering.checkLength(missing);
        return switch (spec.align()) {
            case '=' -> shown + prefix + "0".repeat(missing) + digits;
            case '<' -> shown + prefix + digits + " ".repeat(missing);
            default -> " ".repeat(missing) + shown + prefix + digits;
        };
    }
}
