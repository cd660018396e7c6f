// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/** Methods of text. */
final class TextMethods {
    private static final Map<String, Method> METHODS = new HashMap<>();

    static {
        add("upper", "", (text, _) -> PythonText.upper(text));
        add("lower", "", (text, _) -> PythonText.lower(text));
        add("casefold", "", (text, _) -> PythonText.lower(PythonText.upper(text)));
        add("title", "", (text, _) -> PythonText.title(text));
        add("capitalize", "", (text, _) -> PythonText.capitalize(text));
        add("swapcase", "", (text, _) -> PythonText.swapCase(text));
        add("strip", "chars?", (text, arguments) -> Trimming.strip(text, arguments, true, true));
        add("lstrip", "chars?", (text, arguments) -> Trimming.strip(text, arguments, true, false));
        add("rstrip", "chars?", (text, arguments) -> Trimming.strip(text, arguments, false, true));
        add("removeprefix", "prefix", (text, arguments) -> {
            String prefix = arguments.text(0, "prefix");
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
        });
        add("removesuffix", "suffix", (text, arguments) -> {
            String suffix = arguments.text(0, "suffix");
            return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
        });
        add("ljust", "width fillchar?", Trimming::justifyLeft);
        add("rjust", "width fillchar?", Trimming::justifyRight);
        add("center", "width fillchar?", Trimming::center);
        add("zfill", "width", Trimming::zeros);
        addByName("expandtabs", "tabsize?", Trimming::expandTabs);
        addByName("split", "sep? maxsplit?", Splitting::split);
        addByName("rsplit", "sep? maxsplit?", Splitting::splitFromEnd);
        addByName("splitlines", "keepends?", Splitting::lines);
        add("partition", "sep", (text, arguments) -> Splitting.partition(text, arguments, false));
        add("rpartition", "sep", (text, arguments) -> Splitting.partition(text, arguments, true));
        add("startswith", "prefix start? end?", Searching::startsWith);
        add("endswith", "suffix start? end?", Searching::endsWith);
        add("find", "sub start? end?", (text, arguments) -> Searching.find(text, arguments, false));
        add("rfind", "sub start? end?", (text, arguments) -> Searching.find(text, arguments, true));
        add("index", "sub start? end?", (text, arguments) -> Searching.index(text, arguments, false));
        add("rindex", "sub start? end?", (text, arguments) -> Searching.index(text, arguments, true));
        add("count", "sub start? end?", Searching::count);
        add(
                "replace",
                "old new count?",
                (text, arguments) -> Searching.replace(
                        text,
                        arguments.text(0, "old"),
                        arguments.text(1, "new"),
                        Numbers.toInt(arguments.get(2, "count", -1L), "count")));
        add("join", "iterable", Searching::join);
        add(
                "format_map",
                "mapping",
                (text, arguments) -> BraceFormat.format(text, Arguments.named(arguments.get(0, "mapping"))));
        METHODS.put("format", BraceFormat::format);
        add("isspace", "", (text, _) -> PythonText.isSpace(text));
        add("isascii", "", (text, _) -> text.chars().allMatch(c -> c < 0x80));
        add("isprintable", "", (text, _) -> text.codePoints().allMatch(PythonText::isPrintable));
        add("isidentifier", "", (text, _) -> TagLexer.isName(text));
        add("isdigit", "", (text, _) -> all(text, PythonText::isDigit));
        add("isdecimal", "", (text, _) -> all(text, Character::isDigit));
        add("isnumeric", "", (text, _) -> all(text, PythonText::isNumeric));
        add("isalpha", "", (text, _) -> all(text, Character::isLetter));
        add("isalnum", "", (text, _) -> all(text, c -> Character.isLetter(c) || PythonText.isNumeric(c)));
        add("isupper", "", (text, _) -> PythonText.isUpper(text));
        add("islower", "", (text, _) -> PythonText.isLower(text));
        add("istitle", "", (text, _) -> PythonText.isTitle(text));
    }

    private TextMethods() {}

    @FunctionalInterface
    private interface Method {
        Object call(String text, Arguments arguments);
    }

    private static void add(String name, String parameters, Method method) {
        add(Parameters.of(name, parameters, false), method);
    }

    private static void addByName(String name, String parameters, Method method) {
        add(Parameters.of(name, parameters, true), method);
    }

    private static void add(Parameters parameters, Method method) {
        METHODS.put(parameters.function(), (text, arguments) -> method.call(text, parameters.check(arguments)));
    }

    static Object of(String text, String name) {
        Method method = METHODS.get(name);
        return method == null
                ? Attributes.none("str", name)
                : (Function) (rendering, arguments) -> {
                    rendering.step(Values.cost(text));
                    return method.call(text, arguments);
                };
    }

    private static boolean all(String text, IntPredicate predicate) {
        return !text.isEmpty() && text.codePoints().allMatch(predicate);
    }
}
