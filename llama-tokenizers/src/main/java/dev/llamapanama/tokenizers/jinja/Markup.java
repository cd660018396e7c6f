// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Text that is HTML already, which {@code safe} and {@code escape} give. Other text that is put into it is escaped, also
 * where templates want no HTML at all: official ones print {@code text | safe + other}.
 *
 * @param text as it is printed
 */
record Markup(String text) {
    /** The same value, or the text of markup, which most functions take for text. */
    static Object plain(Object value) {
        return value instanceof Markup markup ? markup.text : value;
    }

    /** A value as HTML; markup as it is. */
    static Markup of(Object value) {
        return value instanceof Markup markup ? markup : new Markup(escape(Representation.text(value)));
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    /** Values as one text; where printing escapes and one of them is markup, as markup. */
    static Object joined(Scope scope, Object separator, List<Object> values) {
        boolean marked = scope.escapes()
                && (separator instanceof Markup || values.stream().anyMatch(Markup.class::isInstance));
        StringBuilder joined = new StringBuilder();
        String between = "";
        for (Object value : values) {
            joined.append(between).append(marked ? of(value).text : Representation.text(value));
            between = marked ? of(separator).text : Representation.text(separator);
            Rendering.checkLength(joined.length());
        }
        return marked ? new Markup(joined.toString()) : joined.toString();
    }

    /** Markup again, where both are text and one of them is markup. */
    static boolean isConcatenation(Object left, Object right) {
        boolean texts = plain(left) instanceof String && plain(right) instanceof String;
        return texts && (left instanceof Markup || right instanceof Markup);
    }

    static Object concatenate(Object left, Object right) {
        String first = of(left).text;
        return new Markup((String) Operators.add(first, of(right).text));
    }

    /** Python's {@code %} with the values escaped. */
    Object percent(Object values) {
        Object escaped = values instanceof Tuple tuple
                ? new Tuple(tuple.stream().map(Markup::escaped).toList())
                : values instanceof Map<?, ?> map ? escapedEntries(map) : escaped(values);
        return new Markup(PercentFormat.format(text, escaped));
    }

    private static Object escaped(Object value) {
        return Numbers.isNumber(value) ? value : of(value).text;
    }

    private static Map<Object, Object> escapedEntries(Map<?, ?> map) {
        Map<Object, Object> escaped = new LinkedHashMap<>();
        map.forEach((key, value) -> escaped.put(key, escaped(value)));
        return escaped;
    }

    /** A method of text whose result, if it is text again, is markup. */
    Object method(String name) {
        boolean escapes =
                List.of("replace", "join", "format", "ljust", "rjust", "center").contains(name);
        return TextMethods.of(text, name) instanceof Function function
                ? (Function) (rendering, arguments) ->
                        marked(function.call(rendering, escapes ? escaped(arguments) : arguments))
                : TextMethods.of(text, name);
    }

    private static Arguments escaped(Arguments arguments) {
        Map<String, Object> named = new LinkedHashMap<>();
        arguments.named().forEach((name, value) -> named.put(name, escapedDeeply(value)));
        return new Arguments(
                arguments.positional().stream().map(Markup::escapedDeeply).toList(), named);
    }

    private static Object escapedDeeply(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Markup::escapedDeeply).toList()
                : escaped(value);
    }

    /** The same value in which text is markup. */
    static Object marked(Object value) {
        return switch (value) {
            case String text -> new Markup(text);
            case Tuple tuple -> new Tuple(tuple.stream().map(Markup::marked).toList());
            case List<?> list -> {
                List<Object> marked = new ArrayList<>();
                list.forEach(each -> marked.add(marked(each)));
                yield marked;
            }
            default -> value;
        };
    }
}
