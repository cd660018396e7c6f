// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Python's {@code pprint.pformat}: what is longer than a line is broken, maps are sorted by their keys. */
final class PrettyPrint {
    private static final int WIDTH = 80;
    private static final Pattern WORDS =
            Pattern.compile("[^\\s\\x1c-\\x1f]*[\\s\\x1c-\\x1f]*", Pattern.UNICODE_CHARACTER_CLASS);

    private final StringBuilder written = new StringBuilder();

    private final Rendering rendering;

    private PrettyPrint(Rendering rendering) {
        this.rendering = rendering;
    }

    static String format(Rendering rendering, Object value) {
        PrettyPrint print = new PrettyPrint(rendering);
        print.write(value, 0, 0, 0);
        return print.written.toString();
    }

    /** @param allowance characters that come behind the value on its last line */
    private void write(Object value, int indent, int allowance, int level) {
        Rendering.checkLength(written.length());
        String line = literal(value);
        rendering.step(Values.cost(line));
        if (Values.length(line) <= WIDTH - indent - allowance) {
            written.append(line);
            return;
        }
        switch (value) {
            case String text when !text.isEmpty() -> writeText(text, indent, allowance, level + 1);
            case Map<?, ?> map -> writeMap(map, indent, allowance, level + 1);
            case Tuple tuple -> writeItems(tuple, "(", tuple.size() == 1 ? ",)" : ")", indent, allowance, level + 1);
            case List<?> list -> writeItems(list, "[", "]", indent, allowance, level + 1);
            default -> written.append(line);
        }
    }

    private String literal(Object value) {
        String literal = switch (value) {
            case Map<?, ?> map ->
                sorted(map).stream()
                        .map(entry -> literal(entry.getKey()) + ": " + literal(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Tuple tuple -> items(tuple, "(", tuple.size() == 1 ? ",)" : ")");
            case List<?> list -> items(list, "[", "]");
            default -> Representation.literal(value);
        };
        rendering.made(literal);
        return literal;
    }

    private String items(List<?> items, String begin, String end) {
        return items.stream().map(this::literal).collect(Collectors.joining(", ", begin, end));
    }

    private static List<? extends Map.Entry<?, ?>> sorted(Map<?, ?> map) {
        Comparator<Map.Entry<?, ?>> byKey = (a, b) -> {
            try {
                return Operators.order("<", a.getKey(), b.getKey());
            } catch (JinjaException e) {
                return Values.typeName(a.getKey()).compareTo(Values.typeName(b.getKey()));
            }
        };
        return map.entrySet().stream().sorted(byKey).toList();
    }

    private void writeMap(Map<?, ?> map, int indent, int allowance, int level) {
        written.append('{');
        List<? extends Map.Entry<?, ?>> entries = sorted(map);
        for (int i = 0; i < entries.size(); i++) {
            String key = literal(entries.get(i).getKey());
            boolean last = i == entries.size() - 1;
            written.append(i == 0 ? "" : ",\n" + " ".repeat(indent + 1))
                    .append(key)
                    .append(": ");
            int column = indent + 3 + (int) Values.length(key);
            write(entries.get(i).getValue(), column, last ? allowance + 1 : 1, level);
        }
        written.append('}');
    }

    private void writeItems(List<?> items, String begin, String end, int indent, int allowance, int level) {
        written.append(begin);
        for (int i = 0; i < items.size(); i++) {
            boolean last = i == items.size() - 1;
            written.append(i == 0 ? "" : ",\n" + " ".repeat(indent + 1));
            write(items.get(i), indent + 1, last ? allowance + end.length() : 1, level);
        }
        written.append(end);
    }

    private void writeText(String text, int indent, int allowance, int level) {
        int shift = level == 1 ? 1 : 0;
        List<String> chunks = chunks(text, WIDTH - indent - shift, allowance + shift);
        String between = "\n" + " ".repeat(indent + shift);
        boolean parentheses = level == 1 && chunks.size() > 1;
        written.append(parentheses ? "(" : "")
                .append(String.join(between, chunks))
                .append(parentheses ? ")" : "");
    }

    private static List<String> chunks(String text, int width, int allowance) {
        List<Object> lines = Splitting.lines(text, Arguments.of(true));
        List<String> chunks = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            boolean last = i == lines.size() - 1;
            if (Values.length(Representation.literal(line)) <= width - (last ? allowance : 0)) {
                chunks.add(Representation.literal(line));
            } else {
                addWords(chunks, line, width, last ? allowance : 0);
            }
        }
        return chunks;
    }

    private static void addWords(List<String> chunks, String line, int width, int allowance) {
        String current = "";
        Matcher words = WORDS.matcher(line);
        while (words.find() && !words.group().isEmpty()) {
            String candidate = current + words.group();
            int room = width - (words.end() == line.length() ? allowance : 0);
            if (Values.length(Representation.literal(candidate)) <= room) {
                current = candidate;
                continue;
            }
            if (!current.isEmpty()) {
                chunks.add(Representation.literal(current));
            }
            current = words.group();
        }
        chunks.add(Representation.literal(current));
    }
}
