// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code %} and {@code str.format}, as far as templates use them. */
final class Format {
    private static final Pattern PERCENT = Pattern.compile("%([-+0 #]*)(\\d{0,4})(?:\\.(\\d{1,3}))?([a-zA-Z%])");
    private static final Pattern BRACES = Pattern.compile("\\{\\{|\\}\\}|\\{(\\w*)\\}|[{}]");

    private Format() {}

    static String percent(String format, Object values) {
        List<?> given = values instanceof Tuple tuple ? tuple : List.of(values);
        StringBuilder text = new StringBuilder();
        Matcher matcher = PERCENT.matcher(format);
        int at = 0;
        int next = 0;
        while (matcher.find()) {
            text.append(format, at, matcher.start());
            at = matcher.end();
            Rendering.checkLength(text.length());
            if (matcher.group(4).equals("%")) {
                text.append('%');
            } else if (next < given.size()) {
                text.append(converted(matcher, given.get(next++)));
            } else {
                throw new JinjaException("not enough arguments for format string");
            }
        }
        if (next < given.size() && values instanceof Tuple) {
            throw new JinjaException("not all arguments converted during string formatting");
        }
        return text.append(format.substring(at)).toString();
    }

    private static String converted(Matcher matcher, Object value) {
        String flags = matcher.group(1);
        String converted = switch (matcher.group(4)) {
            case "s" -> Representation.text(value);
            case "r" -> Representation.literal(value);
            case "d", "i" -> {
                String whole = Representation.text(Filters.toInt(value, 0L));
                yield flags.contains("+") && !whole.startsWith("-") ? "+" + whole : whole;
            }
            case "f" ->
                String.format(
                        Locale.ROOT,
                        "%." + (matcher.group(3) == null ? "6" : matcher.group(3)) + "f",
                        Numbers.toDouble(value));
            default -> throw new JinjaException("unsupported format character '" + matcher.group(4) + "'");
        };
        int width = matcher.group(2).isEmpty() ? 0 : Integer.parseInt(matcher.group(2));
        int missing = Math.max(0, width - converted.length());
        if (flags.contains("-")) {
            return converted + " ".repeat(missing);
        }
        return flags.contains("0") && !matcher.group(4).equals("s")
                ? Trimming.zeros(converted, Arguments.of((long) width))
                : " ".repeat(missing) + converted;
    }

    static String braces(String format, Arguments arguments) {
        StringBuilder text = new StringBuilder();
        Matcher matcher = BRACES.matcher(format);
        int at = 0;
        int next = 0;
        while (matcher.find()) {
            text.append(format, at, matcher.start());
            at = matcher.end();
            Rendering.checkLength(text.length());
            String name = matcher.group(1);
            if (name == null) {
                if (matcher.group().length() < 2) {
                    throw new JinjaException("a format with more than names and numbers in braces");
                }
                text.append(matcher.group().charAt(0));
            } else if (name.isEmpty()) {
                text.append(Representation.text(arguments.get(next++, "", new Undefined("no argument"))));
            } else {
                text.append(Representation.text(value(arguments, name)));
            }
        }
        return text.append(format.substring(at)).toString();
    }

    private static Object value(Arguments arguments, String name) {
        return name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 4
                ? arguments.get(Integer.parseInt(name), name)
                : arguments.get(Integer.MAX_VALUE, name);
    }
}
