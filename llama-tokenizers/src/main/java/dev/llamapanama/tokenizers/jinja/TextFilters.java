// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters of text. */
final class TextFilters {
    private static final Pattern WORD_BEGINNING = Pattern.compile("[-\\s\\x1c-\\x1f\\x85\\p{Z}({\\[<]+");

    static final Map<String, Filter> ALL = Map.ofEntries(
            Map.entry("string", (rendering, value, arguments) -> Representation.text(value)),
            Map.entry("safe", (rendering, value, arguments) -> Representation.text(value)),
            Map.entry("upper", (rendering, value, arguments) -> PythonText.upper(Representation.text(value))),
            Map.entry("lower", (rendering, value, arguments) -> PythonText.lower(Representation.text(value))),
            Map.entry("capitalize", (rendering, value, arguments) -> PythonText.capitalize(Representation.text(value))),
            Map.entry("title", (rendering, value, arguments) -> title(Representation.text(value))),
            Map.entry(
                    "trim",
                    (rendering, value, arguments) -> Trimming.strip(Representation.text(value), arguments, true, true)),
            Map.entry(
                    "center", (rendering, value, arguments) -> Trimming.center(Representation.text(value), arguments)),
            Map.entry("e", (rendering, value, arguments) -> escape(Representation.text(value))),
            Map.entry("escape", (rendering, value, arguments) -> escape(Representation.text(value))),
            Map.entry("forceescape", (rendering, value, arguments) -> escape(Representation.text(value))),
            Map.entry(
                    "format",
                    (rendering, value, arguments) ->
                            Format.percent(Representation.text(value), new Tuple(arguments.positional()))),
            Map.entry(
                    "replace",
                    (rendering, value, arguments) -> Searching.replace(
                            Representation.text(value),
                            Representation.text(arguments.get(0, "old")),
                            Representation.text(arguments.get(1, "new")),
                            arguments.get(2, "count", None.NONE) == None.NONE
                                    ? -1
                                    : Numbers.toInt(arguments.get(2, "count"), "count"))),
            Map.entry("indent", (rendering, value, arguments) -> indent(Representation.text(value), arguments)),
            Map.entry("truncate", (rendering, value, arguments) -> truncate(Representation.text(value), arguments)),
            Map.entry("wordcount", (rendering, value, arguments) -> wordCount(Representation.text(value))));

    private TextFilters() {}

    /** Every word large at its beginning; what divides words isn't what divides them for {@code str.title}. */
    private static String title(String text) {
        StringBuilder titled = new StringBuilder();
        Matcher matcher = WORD_BEGINNING.matcher(text);
        int at = 0;
        while (matcher.find()) {
            titled.append(titleWord(text.substring(at, matcher.start()))).append(matcher.group());
            at = matcher.end();
        }
        return titled.append(titleWord(text.substring(at))).toString();
    }

    private static String titleWord(String word) {
        int first = word.isEmpty() ? 0 : word.offsetByCodePoints(0, 1);
        return PythonText.upper(word.substring(0, first)) + PythonText.lower(word.substring(first));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;");
    }

    private static String indent(String text, Arguments arguments) {
        Object width = arguments.get(0, "width", 4L);
        String space =
                width instanceof String given ? given : " ".repeat(Math.clamp(Numbers.toInt(width, "width"), 0, 1000));
        boolean first = Values.isTrue(arguments.get(1, "first", false));
        boolean blank = Values.isTrue(arguments.get(2, "blank", false));
        List<Object> lines = Splitting.lines(text + "\n", Arguments.NONE);
        StringBuilder indented = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            boolean moved = i == 0 ? first : blank || !line.isEmpty();
            indented.append(i == 0 ? "" : "\n").append(moved ? space : "").append(line);
            Rendering.checkLength(indented.length());
        }
        return indented.toString();
    }

    private static String truncate(String text, Arguments arguments) {
        int length = Numbers.toInt(arguments.get(0, "length", 255L), "length");
        boolean kill = Values.isTrue(arguments.get(1, "killwords", false));
        String end = Values.requireText(arguments.get(2, "end", "..."), "end");
        int leeway = arguments.get(3, "leeway", None.NONE) == None.NONE
                ? 5
                : Numbers.toInt(arguments.get(3, "leeway"), "leeway");
        if (Values.length(text) <= (long) length + leeway) {
            return text;
        }
        int kept = (int) Math.clamp(length - Values.length(end), 0, Values.length(text));
        String cut = text.substring(0, text.offsetByCodePoints(0, kept));
        int space = cut.lastIndexOf(' ');
        return (kill || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static Object wordCount(String text) {
        Matcher words = Pattern.compile("[\\p{L}\\p{N}_]+").matcher(text);
        List<Object> found = new ArrayList<>();
        while (words.find()) {
            found.add(words.group());
        }
        return (long) found.size();
    }
}
