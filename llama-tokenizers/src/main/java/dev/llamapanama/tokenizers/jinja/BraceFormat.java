// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Python's {@code str.format}. */
final class BraceFormat {
    private static final Pattern FIRST = Pattern.compile("[^.\\[]*");
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]+)\\]");

    private final Arguments arguments;
    private int next;
    private @Nullable Boolean automatic;

    private BraceFormat(Arguments arguments) {
        this.arguments = arguments;
    }

    static String format(String format, Arguments arguments) {
        return new BraceFormat(arguments).format(format, 2);
    }

    private String format(String format, int levels) {
        StringBuilder text = new StringBuilder();
        int at = 0;
        while (at < format.length()) {
            char c = format.charAt(at++);
            if (c != '{' && c != '}') {
                text.append(c);
            } else if (levels == 2 && at < format.length() && format.charAt(at) == c) {
                text.append(c);
                at++;
            } else if (c == '}' || levels == 0) {
                throw new JinjaException("a format in which braces don't match, or stand in braces in braces");
            } else {
                int end = end(format, at);
                text.append(field(format.substring(at, end), levels));
                at = end + 1;
            }
            Rendering.checkLength(text.length());
        }
        return text.toString();
    }

    private static int end(String format, int start) {
        int depth = 1;
        for (int i = start; i < format.length(); i++) {
            depth += format.charAt(i) == '{' ? 1 : format.charAt(i) == '}' ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new JinjaException("expected '}' before end of string");
    }

    private String field(String field, int levels) {
        int colon = field.indexOf(':');
        String spec = colon < 0 ? "" : field.substring(colon + 1);
        String name = colon < 0 ? field : field.substring(0, colon);
        int mark = name.indexOf('!');
        String conversion = mark < 0 ? "" : name.substring(mark + 1);
        Object value = value(mark < 0 ? name : name.substring(0, mark));
        Object converted = switch (conversion) {
            case "" -> {
                if (mark >= 0) {
                    throw new JinjaException("a conversion without its letter");
                }
                yield value;
            }
            case "s" -> Representation.text(value);
            case "r" -> Representation.literal(value);
            case "a" -> Representation.ascii(value);
            default -> throw new JinjaException("Unknown conversion specifier '" + conversion + "'");
        };
        return FormatSpec.parse(format(spec, levels - 1)).format(converted);
    }

    private Object value(String path) {
        Matcher first = FIRST.matcher(path);
        Object value = first.lookingAt() ? argument(first.group()) : None.NONE;
        Matcher step = STEP.matcher(path);
        int at = first.end();
        while (at < path.length()) {
            if (!step.region(at, path.length()).lookingAt()) {
                throw new JinjaException("a format with more than names and indexes in braces");
            }
            value = step.group(1) != null ? Attributes.attribute(value, step.group(1)) : element(value, step.group(2));
            at = step.end();
        }
        return value;
    }

    private static Object element(Object value, String key) {
        Object element = Attributes.item(value, isNumber(key) ? (Object) Long.parseLong(key) : key);
        if (element instanceof Undefined undefined) {
            throw undefined.failure();
        }
        return element;
    }

    private static boolean isNumber(String text) {
        return text.matches("[0-9]{1,9}");
    }

    private Object argument(String name) {
        boolean counted = name.isEmpty();
        if (counted || isNumber(name)) {
            if (automatic != null && automatic != counted) {
                throw new JinjaException("cannot switch between automatic field numbering and manual specification");
            }
            automatic = counted;
            int index = counted ? next++ : Integer.parseInt(name);
            if (index >= arguments.count()) {
                throw new JinjaException("Replacement index " + index + " out of range for positional args");
            }
            return arguments.positional().get(index);
        }
        Object value = arguments.named().get(name);
        if (value == null) {
            throw new JinjaException("found no argument '" + name + "' for the format");
        }
        return value;
    }
}
