// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.chat.ChatPrompt.Segment;
import dev.llamapanama.tokenizers.jinja.Python;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The control tokens of a vocabulary, to be found in text: the leftmost first and of those the longest. */
final class ControlSpellings {
    private final Set<String> spellings;
    private final TreeMap<Character, int[]> lengths = new TreeMap<>();
    private final Set<Character> ends = new HashSet<>();
    private final int[] allLengths;

    private ControlSpellings(Set<String> spellings) {
        this.spellings = spellings;
        for (String spelling : spellings) {
            lengths.merge(spelling.charAt(0), new int[] {spelling.length()}, ControlSpellings::merged);
            ends.add(spelling.charAt(spelling.length() - 1));
        }
        allLengths = lengths.values().stream().reduce(new int[0], ControlSpellings::merged);
    }

    /** The longest first. */
    private static int[] merged(int[] known, int[] more) {
        return IntStream.concat(IntStream.of(known), IntStream.of(more))
                .distinct()
                .map(length -> -length)
                .sorted()
                .map(length -> -length)
                .toArray();
    }

    static ControlSpellings of(TokenizerDefinition definition) {
        Set<String> spellings = new HashSet<>();
        for (int id = 0; id < definition.pieces().size(); id++) {
            if (definition.types().get(id) == TokenType.CONTROL
                    && !definition.pieces().get(id).isEmpty()) {
                spellings.add(definition.pieces().get(id));
            }
        }
        return new ControlSpellings(spellings);
    }

    /** All characters that spellings are made of. */
    Set<Character> characters() {
        return spellings.stream()
                .flatMapToInt(String::chars)
                .mapToObj(c -> (char) c)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Length of the spelling that begins at a place, or 0. */
    int lengthAt(String text, int at) {
        for (int length : lengths.getOrDefault(text.charAt(at), new int[0])) {
            if (at + length <= text.length() && spellings.contains(text.substring(at, at + length))) {
                return length;
            }
        }
        return 0;
    }

    /** Whether a spelling begins or ends with the character at a place. */
    boolean mayTouch(String text, int at) {
        return lengths.containsKey(text.charAt(at)) || ends.contains(text.charAt(at));
    }

    /** Whether at a place a spelling begins or ends, of which a part may stand behind the text, or before one of its words. */
    boolean touches(String text, int at) {
        return begins(text, at) || ends(text, at);
    }

    /** Whether text, but for the white space around it, is a part of a spelling. */
    boolean holdInside(String text) {
        String inner = Python.strip(text);
        return !inner.isEmpty() && spellings.stream().anyMatch(spelling -> spelling.contains(inner));
    }

    private boolean begins(String text, int at) {
        if (lengthAt(text, at) > 0) {
            return true;
        }
        int[] known = lengths.getOrDefault(text.charAt(at), new int[0]);
        String rest = text.length() - at <= longest(known) ? text.substring(at) : null;
        return rest != null && spellings.stream().anyMatch(spelling -> spelling.startsWith(rest));
    }

    private boolean ends(String text, int at) {
        if (!ends.contains(text.charAt(at))) {
            return false;
        }
        for (int length : allLengths) {
            if (length <= at + 1 && spellings.contains(text.substring(at + 1 - length, at + 1))) {
                return true;
            }
        }
        int from = at;
        while (from > 0 && !Character.isWhitespace(text.charAt(from - 1)) && at - from < longest(allLengths)) {
            from--;
        }
        String word = text.substring(from, at + 1);
        return word.length() <= longest(allLengths) && spellings.stream().anyMatch(spelling -> spelling.endsWith(word));
    }

    private static int longest(int[] lengths) {
        return lengths.length == 0 ? 0 : lengths[0];
    }

    /** Control tokens and the text between them. */
    List<Segment> cut(String text) {
        PromptBuilder cut = new PromptBuilder();
        int start = 0;
        int at = 0;
        while (at < text.length()) {
            int length = lengthAt(text, at);
            if (length > 0) {
                cut.text(text.substring(start, at)).control(text.substring(at, at + length));
                start = at + length;
            }
            at += Math.max(1, length);
        }
        return cut.text(text.substring(start)).segments();
    }
}
