// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.List;
import java.util.Map;

/** Python's {@code str} and {@code repr}. */
final class Representation {
    private Representation() {}

    /** What is printed. */
    static String text(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined _ -> "";
            default -> literal(value);
        };
    }

    /** What is printed inside a list. */
    static String literal(Object value) {
        StringBuilder written = new StringBuilder();
        write(value, written);
        return written.toString();
    }

    /** The same in ASCII, other characters as escapes. */
    static String ascii(Object value) {
        StringBuilder written = new StringBuilder();
        literal(value).codePoints().forEach(c -> {
            if (c < 0x80) {
                written.append((char) c);
            } else {
                escape(c, written);
            }
        });
        return written.toString();
    }

    private static void write(Object value, StringBuilder written) {
        switch (value) {
            case String text -> quote(text, written);
            case Markup markup -> {
                written.append("Markup(");
                quote(markup.text(), written);
                written.append(')');
            }
            case None _ -> written.append("None");
            case Undefined _ -> written.append("Undefined");
            case Boolean flag -> written.append(flag ? "True" : "False");
            case Double number -> written.append(Numbers.text(number));
            case List<?> list -> list(list, written);
            case Map<?, ?> map -> map(map, written);
            case Walkable walkable -> written.append(walkable.literal());
            case Namespace parts -> written.append(parts.literal());
            case LoopState loop -> written.append(loop.literal());
            case Macro macro -> written.append("<Macro '").append(macro.name()).append("'>");
            case Number number -> written.append(number);
            default -> written.append('<').append(Values.typeName(value)).append('>');
        }
        Rendering.checkLength(written.length());
    }

    private static void list(List<?> list, StringBuilder written) {
        boolean tuple = list instanceof Tuple;
        String separator = tuple ? "(" : "[";
        for (Object each : list) {
            written.append(separator);
            write(each, written);
            separator = ", ";
        }
        written.append(list.isEmpty() ? separator : "");
        written.append(tuple ? (list.size() == 1 ? ",)" : ")") : "]");
    }

    private static void map(Map<?, ?> map, StringBuilder written) {
        String separator = "{";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            written.append(separator);
            write(entry.getKey(), written);
            written.append(": ");
            write(entry.getValue(), written);
            separator = ", ";
        }
        written.append(map.isEmpty() ? "{}" : "}");
    }

    private static void quote(String text, StringBuilder written) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        written.append(quote);
        text.codePoints().forEach(c -> {
            if (c == quote || c == '\\') {
                written.append('\\').append((char) c);
            } else if ("\n\r\t".indexOf(c) >= 0) {
                written.append('\\').append("nrt".charAt("\n\r\t".indexOf(c)));
            } else if (PythonText.isPrintable(c)) {
                written.appendCodePoint(c);
            } else {
                escape(c, written);
            }
        });
        written.append(quote);
    }

    private static void escape(int c, StringBuilder written) {
        int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        String hex = Integer.toHexString(c);
        written.append('\\')
                .append("xuU".charAt(digits >> 2))
                .append("0".repeat(digits - hex.length()))
                .append(hex);
    }
}
