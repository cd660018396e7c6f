// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python's {@code textwrap.wrap}: lines that are broken between words, and in words that are too long. */
final class WordWrap {
    private static final String SPACE = "[\\t\\n\\x0b\\f\\r ]";
    private static final String NO_SPACE = "[^\\t\\n\\x0b\\f\\r ]";
    private static final String IN_WORD = "[\\w!\"'&.,?]";
    private static final String LETTER = "[\\w&&[^\\d]]";
    private static final Pattern PARTS = Pattern.compile(
            SPACE + "+|(?<=" + IN_WORD + ")-{2,}(?=\\w)|" + NO_SPACE + "+?(?:-(?:(?<=" + LETTER + "{2}-)|(?<=" + LETTER
                    + "-" + IN_WORD + "-))(?=" + LETTER + "-?" + LETTER + ")|(?=" + SPACE + "|\\z)|(?<=" + IN_WORD
                    + ")(?=-{2,}\\w))",
            Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORDS = Pattern.compile(SPACE + "+|" + NO_SPACE + "+");

    private final int width;
    private final boolean breaksLong;
    private final boolean breaksAtHyphens;

    private WordWrap(int width, boolean breaksLong, boolean breaksAtHyphens) {
        this.width = width;
        this.breaksLong = breaksLong;
        this.breaksAtHyphens = breaksAtHyphens;
    }

    static String wrap(String text, Arguments arguments) {
        int width = Numbers.toInt(arguments.get(0, "width", 79L), "width");
        if (width <= 0) {
            throw new JinjaException("invalid width " + width + " (must be > 0)");
        }
        Object between = arguments.get(2, "wrapstring", None.NONE);
        String separator = between == None.NONE ? "\n" : Values.requireText(between, "wrapstring");
        WordWrap wrap = new WordWrap(
                width,
                Values.isTrue(arguments.get(1, "break_long_words", true)),
                Values.isTrue(arguments.get(3, "break_on_hyphens", true)));
        List<String> lines = new ArrayList<>();
        for (Object line : Splitting.lines(text, Arguments.NONE)) {
            lines.add(String.join(separator, wrap.lines((String) line)));
        }
        return String.join(separator, lines);
    }

    private List<String> lines(String text) {
        Deque<String> parts = parts(text);
        List<String> lines = new ArrayList<>();
        while (!parts.isEmpty()) {
            if (!lines.isEmpty() && isBlank(parts.getFirst())) {
                parts.removeFirst();
            }
            Deque<String> line = line(parts);
            if (!line.isEmpty() && isBlank(line.getLast())) {
                line.removeLast();
            }
            if (!line.isEmpty()) {
                lines.add(String.join("", line));
            }
        }
        return lines;
    }

    private Deque<String> line(Deque<String> parts) {
        Deque<String> line = new ArrayDeque<>();
        long length = 0;
        while (!parts.isEmpty() && length + Values.length(parts.getFirst()) <= width) {
            length += Values.length(parts.getFirst());
            line.add(parts.removeFirst());
        }
        if (!parts.isEmpty() && Values.length(parts.getFirst()) > width) {
            breakLong(parts, line, (int) (width - length));
        }
        return line;
    }

    private void breakLong(Deque<String> parts, Deque<String> line, int room) {
        if (!breaksLong) {
            if (line.isEmpty()) {
                line.add(parts.removeFirst());
            }
            return;
        }
        String part = parts.removeFirst();
        int end = part.offsetByCodePoints(0, room);
        int hyphen = breaksAtHyphens && room > 0 ? part.substring(0, end).lastIndexOf('-') : -1;
        if (hyphen > 0 && part.substring(0, hyphen).chars().anyMatch(c -> c != '-')) {
            end = hyphen + 1;
        }
        line.add(part.substring(0, end));
        parts.addFirst(part.substring(end));
    }

    private Deque<String> parts(String text) {
        Deque<String> parts = new ArrayDeque<>();
        Matcher matcher = (breaksAtHyphens ? PARTS : WORDS).matcher(text);
        int at = 0;
        while (matcher.find()) {
            if (matcher.start() > at) {
                parts.add(text.substring(at, matcher.start()));
            }
            if (!matcher.group().isEmpty()) {
                parts.add(matcher.group());
            }
            at = matcher.end();
        }
        if (at < text.length()) {
            parts.add(text.substring(at));
        }
        return parts;
    }

    private static boolean isBlank(String text) {
        return PythonText.strip(text).isEmpty();
    }
}
