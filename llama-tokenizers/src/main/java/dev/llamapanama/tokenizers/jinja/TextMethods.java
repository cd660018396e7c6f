// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Map;

/** Methods of text. */
final class TextMethods {
    private static final Map<String, TextMethod> METHODS = Map.ofEntries(
            Map.entry("upper", (text, arguments) -> PythonText.upper(text)),
            Map.entry("lower", (text, arguments) -> PythonText.lower(text)),
            Map.entry("casefold", (text, arguments) -> PythonText.lower(PythonText.upper(text))),
            Map.entry("title", (text, arguments) -> PythonText.title(text)),
            Map.entry("capitalize", (text, arguments) -> PythonText.capitalize(text)),
            Map.entry("strip", (text, arguments) -> Trimming.strip(text, arguments, true, true)),
            Map.entry("lstrip", (text, arguments) -> Trimming.strip(text, arguments, true, false)),
            Map.entry("rstrip", (text, arguments) -> Trimming.strip(text, arguments, false, true)),
            Map.entry("removeprefix", (text, arguments) -> {
                String prefix = arguments.text(0, "prefix");
                return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
            }),
            Map.entry("removesuffix", (text, arguments) -> {
                String suffix = arguments.text(0, "suffix");
                return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
            }),
            Map.entry("ljust", (text, arguments) -> text + Trimming.padding(text, arguments)),
            Map.entry("rjust", (text, arguments) -> Trimming.padding(text, arguments) + text),
            Map.entry("center", (text, arguments) -> Trimming.center(text, arguments)),
            Map.entry("zfill", (text, arguments) -> Trimming.zeros(text, arguments)),
            Map.entry("split", (text, arguments) -> Splitting.split(text, arguments)),
            Map.entry("rsplit", (text, arguments) -> Splitting.splitFromEnd(text, arguments)),
            Map.entry("splitlines", (text, arguments) -> Splitting.lines(text, arguments)),
            Map.entry("partition", (text, arguments) -> Splitting.partition(text, arguments, false)),
            Map.entry("rpartition", (text, arguments) -> Splitting.partition(text, arguments, true)),
            Map.entry("startswith", (text, arguments) -> Searching.startsWith(text, arguments)),
            Map.entry("endswith", (text, arguments) -> Searching.endsWith(text, arguments)),
            Map.entry("find", (text, arguments) -> Searching.find(text, arguments, false, false)),
            Map.entry("rfind", (text, arguments) -> Searching.find(text, arguments, true, false)),
            Map.entry("index", (text, arguments) -> Searching.find(text, arguments, false, true)),
            Map.entry("rindex", (text, arguments) -> Searching.find(text, arguments, true, true)),
            Map.entry("count", (text, arguments) -> Searching.count(text, arguments)),
            Map.entry(
                    "replace",
                    (text, arguments) -> Searching.replace(
                            text,
                            arguments.text(0, "old"),
                            arguments.text(1, "new"),
                            Numbers.toInt(arguments.get(2, "count", -1L), "count"))),
            Map.entry("join", (text, arguments) -> Searching.join(text, arguments)),
            Map.entry("format", (text, arguments) -> Format.braces(text, arguments)),
            Map.entry("isspace", (text, arguments) -> PythonText.isSpace(text)),
            Map.entry("isdigit", (text, arguments) -> all(text, Character::isDigit)),
            Map.entry("isdecimal", (text, arguments) -> all(text, Character::isDigit)),
            Map.entry("isnumeric", (text, arguments) -> all(text, TextMethods::isNumeric)),
            Map.entry("isalpha", (text, arguments) -> all(text, Character::isLetter)),
            Map.entry("isalnum", (text, arguments) -> all(text, Character::isLetterOrDigit)),
            Map.entry(
                    "isupper",
                    (text, arguments) -> text.equals(PythonText.upper(text)) && !text.equals(PythonText.lower(text))),
            Map.entry(
                    "islower",
                    (text, arguments) -> text.equals(PythonText.lower(text)) && !text.equals(PythonText.upper(text))));

    private TextMethods() {}

    @FunctionalInterface
    private interface TextMethod {
        Object call(String text, Arguments arguments);
    }

    static Object of(String text, String name) {
        TextMethod method = METHODS.get(name);
        return method == null
                ? Attributes.none("str", name)
                : (Function) (rendering, arguments) -> {
                    rendering.step(Values.cost(text));
                    return method.call(text, arguments);
                };
    }

    private static boolean isNumeric(int c) {
        return switch (Character.getType(c)) {
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
            default -> false;
        };
    }

    private static boolean all(String text, java.util.function.IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }
}
