// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters of text. */
final class TextFilters {
    private static final Pattern WORD_BEGINNING = Pattern.compile("[-\\s\\x1c-\\x1f\\x85\\p{Z}({\\[<]+");

    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

    static final Map<String, Filter> ALL = new HashMap<>();

    static {
        add("string", "", (_, value, _) -> text(value));
        add("safe", "", (_, value, _) -> Markup.marked(Representation.text(value)));
        add("e", "", (_, value, _) -> Markup.of(value));
        add("escape", "", (_, value, _) -> Markup.of(value));
        add("urlencode", "", (_, value, _) -> Html.urlEncoded(value));
        add(
                "xmlattr",
                "autospace?",
                (scope, value, arguments) -> Capture.value(scope, Html.attributes(value, arguments)));
        add(
                "urlize",
                "trim_url_limit? nofollow? target? rel? extra_schemes?",
                (scope, value, arguments) -> Capture.value(scope, Links.in(value, arguments)));
        add("pprint", "", (scope, value, _) -> PrettyPrint.format(scope.rendering(), value));
        add("replace", "old new count?", TextFilters::replace);
        add("indent", "width? first? blank?", (_, value, arguments) -> {
            String indented = indent(Values.requireText(value, "indent"), arguments);
            return value instanceof Markup ? new Markup(indented) : indented;
        });
        addText("forceescape", "", (text, _) -> new Markup(Markup.escape(text)));
        addText("striptags", "", (text, _) -> Html.withoutTags(text));
        addText("title", "", (text, _) -> title(text));
        addText("truncate", "length? killwords? end? leeway?", TextFilters::truncate);
        addText("wordcount", "", (text, _) -> wordCount(text));
        addText("wordwrap", "width? break_long_words? wrapstring? break_on_hyphens?", WordWrap::wrap);
        addKeeping("upper", "", (text, _) -> PythonText.upper(text));
        addKeeping("lower", "", (text, _) -> PythonText.lower(text));
        addKeeping("capitalize", "", (text, _) -> PythonText.capitalize(text));
        addKeeping("trim", "chars?", (text, arguments) -> Trimming.strip(text, arguments, true, true));
        addKeeping("center", "width?", Trimming::center);
        ALL.put("format", (_, value, arguments) -> format(text(value), arguments));
    }

    private TextFilters() {}

    private static void add(String name, String parameters, Filter filter) {
        ALL.put(name, Filter.of(name, parameters, filter));
    }

    @FunctionalInterface
    private interface TextFilter {
        Object apply(String text, Arguments arguments);
    }

    /** A filter that takes any value for the text that it prints. */
    private static void addText(String name, String parameters, TextFilter filter) {
        add(name, parameters, (_, value, arguments) -> filter.apply(Representation.text(value), arguments));
    }

    /** The same, but of markup it makes markup. */
    private static void addKeeping(String name, String parameters, TextFilter filter) {
        add(name, parameters, (_, value, arguments) -> {
            Object filtered = filter.apply(Representation.text(value), arguments);
            return value instanceof Markup ? Markup.marked(filtered) : filtered;
        });
    }

    private static Object text(Object value) {
        return value instanceof Markup ? value : Representation.text(value);
    }

    private static Object replace(Scope scope, Object value, Arguments arguments) {
        Object old = arguments.get(0, "old");
        Object by = arguments.get(1, "new");
        boolean marked = scope.escapes() && (value instanceof Markup || old instanceof Markup || by instanceof Markup);
        Object count = arguments.get(2, "count", None.NONE);
        String replaced = Searching.replace(
                text(value, marked),
                Representation.text(old),
                text(by, marked),
                count == None.NONE ? -1 : Numbers.toInt(count, "count"));
        return marked ? new Markup(replaced) : replaced;
    }

    private static String text(Object value, boolean marked) {
        return marked ? Markup.of(value).text() : Representation.text(value);
    }

    private static Object format(Object text, Arguments arguments) {
        if (arguments.count() > 0 && !arguments.named().isEmpty()) {
            throw new JinjaException("can't handle positional and keyword arguments at the same time");
        }
        boolean named = !arguments.named().isEmpty();
        return Operators.modulo(text, named ? arguments.named() : new Tuple(arguments.positional()));
    }

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
        if (length < Values.length(end) || leeway < 0) {
            throw new JinjaException("truncate: found the length " + length + ", expected that of the end at least");
        }
        if (Values.length(text) <= (long) length + leeway) {
            return text;
        }
        int kept = (int) Math.clamp(length - Values.length(end), 0, Values.length(text));
        String cut = text.substring(0, text.offsetByCodePoints(0, kept));
        int space = cut.lastIndexOf(' ');
        return (kill || space < 0 ? cut : cut.substring(0, space)) + end;
    }

    private static long wordCount(String text) {
        return WORD.matcher(text).results().count();
    }
}
