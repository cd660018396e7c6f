// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Python's {@code json.dumps}, with the parameters that transformers lets templates set. */
final class Json {
    private final boolean ascii;
    private final @Nullable String indent;
    private final String comma;
    private final String colon;
    private final boolean sorted;
    private final StringBuilder written = new StringBuilder();

    private Json(Arguments arguments) {
        ascii = Values.isTrue(arguments.get(0, "ensure_ascii", false));
        Object width = arguments.get(1, "indent", None.NONE);
        indent = width == None.NONE
                ? null
                : width instanceof String text ? text : " ".repeat(Math.clamp(Numbers.toInt(width, "indent"), 0, 100));
        List<Object> separators = arguments.get(2, "separators", None.NONE) == None.NONE
                ? List.of(indent == null ? ", " : ",", ": ")
                : Values.items(arguments.get(2, "separators"));
        if (separators.size() != 2) {
            throw new JinjaException("separators: found " + separators.size() + ", expected 2");
        }
        comma = Values.requireText(separators.getFirst(), "separators");
        colon = Values.requireText(separators.getLast(), "separators");
        sorted = Values.isTrue(arguments.get(3, "sort_keys", false));
    }

    static String write(Object value, Arguments arguments) {
        Json json = new Json(arguments);
        json.write(value, 1);
        return json.written.toString();
    }

    private void write(Object value, int level) {
        Rendering.checkLength(written.length());
        switch (value) {
            case None _ -> written.append("null");
            case Boolean flag -> written.append(flag);
            case Long number -> written.append(number);
            case BigInteger number -> written.append(number);
            case Double number -> written.append(number(number));
            case String text -> quote(text);
            case Markup markup -> quote(markup.text());
            case List<?> list -> list(list, level);
            case Map<?, ?> map -> map(map, level);
            default ->
                throw new JinjaException("Object of type " + Values.typeName(value) + " is not JSON serializable");
        }
    }

    private static String number(double number) {
        return Double.isNaN(number)
                ? "NaN"
                : Double.isInfinite(number) ? (number > 0 ? "Infinity" : "-Infinity") : Numbers.text(number);
    }

    private void list(List<?> list, int level) {
        written.append('[');
        String separator = "";
        for (Object each : list) {
            written.append(separator);
            line(level);
            write(each, level + 1);
            separator = comma;
        }
        end(list.isEmpty(), level, ']');
    }

    private void map(Map<?, ?> map, int level) {
        written.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : sorted ? sorted(map).entrySet() : map.entrySet()) {
            written.append(separator);
            line(level);
            quote(key(entry.getKey()));
            written.append(colon);
            write(entry.getValue(), level + 1);
            separator = comma;
        }
        end(map.isEmpty(), level, '}');
    }

    private static Map<Object, Object> sorted(Map<?, ?> map) {
        Map<Object, Object> sorted = new TreeMap<>((a, b) -> Operators.order("<", a, b));
        sorted.putAll(map);
        return sorted;
    }

    private static String key(Object key) {
        return switch (key) {
            case String text -> text;
            case None _ -> "null";
            case Boolean flag -> flag.toString();
            case Double number -> number(number);
            case Number number -> number.toString();
            default -> throw new JinjaException("keys must be str, int, float, bool or None");
        };
    }

    private void line(int level) {
        if (indent != null) {
            written.append('\n').append(indent.repeat(level));
        }
    }

    private void end(boolean empty, int level, char bracket) {
        if (!empty) {
            line(level - 1);
        }
        written.append(bracket);
    }

    private void quote(String text) {
        written.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int named = "\"\\\n\r\t\b\f".indexOf(c);
            if (named >= 0) {
                written.append('\\').append("\"\\nrtbf".charAt(named));
            } else if (c < ' ' || (ascii && c > '~')) {
                String hex = Integer.toHexString(c);
                written.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
            } else {
                written.append(c);
            }
        }
        written.append('"');
    }
}
