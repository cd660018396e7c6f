// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Simple stories that hold together, told by a grammar ({@code simple-stories.txt}): who is in a story, what is lost and where it is found are remembered
 * while it is told. They are what a small model can learn coherence from, where text by others is too scarce.
 *
 * <p>In the text of a symbol {@code (a|b)} is one of these, <code>{symbol}</code> any of the symbol's texts, <code>{name=symbol}</code> such a text that is
 * remembered under the name, <code>{!name=symbol}</code> the same without saying it; texts that are remembered differ within a story, except with {@code :} in
 * place of {@code =}. With a capital letter the text begins with one; <code>{a symbol}</code> has its article; {@code //} begins a paragraph. Braces within braces come first.
 */
final class SimpleStories {
    private static final int TRIES = 1_000;

    private final Map<String, List<String>> texts;
    private final RandomGenerator random;
    private final Map<String, String> remembered = new HashMap<>();

    private SimpleStories(Map<String, List<String>> texts, RandomGenerator random) {
        this.texts = texts;
        this.random = random;
    }

    /** So many different ones. */
    static List<Story> of(Path grammar, int count, long seed) throws IOException {
        SimpleStories stories = new SimpleStories(
                read(grammar), RandomGeneratorFactory.of("L64X128MixRandom").create(seed));
        Set<Story> told = new LinkedHashSet<>();
        while (told.size() < count) {
            told.add(new Story("", stories.tell()));
        }
        return List.copyOf(told);
    }

    /** A symbol stands alone, its texts follow behind blanks. */
    private static Map<String, List<String>> read(Path grammar) throws IOException {
        Map<String, List<String>> texts = new HashMap<>();
        List<String> current = List.of();
        for (String line : Files.readAllLines(grammar)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (line.startsWith(" ")) {
                current.add(line.strip());
            } else {
                current = texts.computeIfAbsent(line.strip(), symbol -> new ArrayList<>());
            }
        }
        return texts;
    }

    private String tell() {
        remembered.clear();
        return said("{story}").replaceAll(" *// *", "\n\n").replaceAll(" +", " ").replaceAll(" ([.,])", "$1").strip();
    }

    /** A text with all choices made, from the left. */
    private String said(String text) {
        StringBuilder said = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{' || c == '(') {
                int end = end(text, i);
                String inside = text.substring(i + 1, end);
                said.append(c == '{' ? symbol(said(inside)) : said(any(alternatives(inside))));
                i = end;
            } else {
                said.append(c);
            }
        }
        return said.toString();
    }

    private static int end(String text, int start) {
        int depth = 0;
        for (int i = start; i < text.length(); i++) {
            depth += switch (text.charAt(i)) {
                case '{', '(' -> 1;
                case '}', ')' -> -1;
                default -> 0;
            };
            if (depth == 0) {
                return i;
            }
        }
        throw new IllegalArgumentException("story: found no end of what begins at " + start + " of " + text);
    }

    private static List<String> alternatives(String inside) {
        List<String> alternatives = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i < inside.length(); i++) {
            char c = inside.charAt(i);
            depth += c == '{' || c == '(' ? 1 : c == '}' || c == ')' ? -1 : 0;
            if (c == '|' && depth == 0) {
                alternatives.add(inside.substring(start, i));
                start = i + 1;
            }
        }
        alternatives.add(inside.substring(start));
        return alternatives;
    }

    private String symbol(String symbol) {
        if (symbol.startsWith("a ")) {
            String text = symbol(symbol.substring(2));
            return ("aeiou".indexOf(text.charAt(0)) >= 0 ? "an " : "a ") + text;
        }
        if (symbol.startsWith("!")) {
            symbol(symbol.substring(1));
            return "";
        }
        int sign = sign(symbol);
        if (sign >= 0) {
            return remember(symbol.substring(0, sign), symbol.substring(sign + 1), symbol.charAt(sign) == ':');
        }
        String known = remembered.get(symbol);
        if (known != null) {
            return known;
        }
        if (texts.containsKey(symbol)) {
            return said(any(texts.get(symbol)));
        }
        if (Character.isUpperCase(symbol.charAt(0))) {
            String text = symbol(Character.toLowerCase(symbol.charAt(0)) + symbol.substring(1));
            return Character.toUpperCase(text.charAt(0)) + text.substring(1);
        }
        throw new IllegalArgumentException("story: found no symbol " + symbol);
    }

    private static int sign(String symbol) {
        int equals = symbol.indexOf('=');
        return equals >= 0 ? equals : symbol.indexOf(':');
    }

    private String remember(String name, String symbol, boolean again) {
        remembered.remove(name);
        for (int i = 0; i < TRIES; i++) {
            String text = symbol(symbol);
            if (again || !remembered.containsValue(text)) {
                remembered.put(name, text);
                return text;
            }
        }
        throw new IllegalArgumentException("story: found no other text of " + symbol + " than " + remembered);
    }

    private <T> T any(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
