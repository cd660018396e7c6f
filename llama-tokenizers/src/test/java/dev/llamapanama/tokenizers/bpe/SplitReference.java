// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** The split of Llama 3 and 4 by hand, without regular expressions: every alternative is tried in turn at every place. */
final class SplitReference {
    private static final List<String> CONTRACTIONS = List.of("s", "t", "re", "ve", "m", "ll", "d");
    private static final Set<Integer> UPPER = Set.of(1, 3, 4, 5, 6, 7, 8);
    private static final Set<Integer> LOWER = Set.of(2, 4, 5, 6, 7, 8);

    private final int[] text;
    private final List<String> parts = new ArrayList<>();

    private interface Alternative {
        /** Where a match from here ends, or −1. */
        int end(int start);
    }

    private SplitReference(String text) {
        this.text = text.codePoints().toArray();
    }

    static List<String> llama3(String text) {
        SplitReference split = new SplitReference(text);
        return split.by(List.of(
                split::contraction,
                split::letters,
                split::numbers,
                at -> split.symbols(at, "\r\n"),
                split::lines,
                split::spaces));
    }

    static List<String> llama4(String text) {
        SplitReference split = new SplitReference(text);
        return split.by(List.of(
                at -> split.word(at, 0, 1),
                at -> split.word(at, 1, 0),
                split::numbers,
                at -> split.symbols(at, "\r\n/"),
                split::lines,
                split::spaces));
    }

    private List<String> by(List<Alternative> alternatives) {
        for (int at = 0; at < text.length; ) {
            int end = -1;
            for (Alternative alternative : alternatives) {
                end = end < 0 ? alternative.end(at) : end;
            }
            parts.add(new String(text, at, end - at));
            at = end;
        }
        return parts;
    }

    private int contraction(int at) {
        if (at < text.length && text[at] == '\'') {
            for (String letters : CONTRACTIONS) {
                int end = at + 1 + letters.length();
                if (end <= text.length && folded(at + 1, end).equals(letters)) {
                    return end;
                }
            }
        }
        return -1;
    }

    private String folded(int from, int to) {
        StringBuilder folded = new StringBuilder();
        for (int i = from; i < to; i++) {
            folded.appendCodePoint(text[i] == 0x17F ? 's' : text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 32 : text[i]);
        }
        return folded.toString();
    }

    private int run(int at, IntPredicate kind) {
        int end = at;
        while (end < text.length && kind.test(text[end])) {
            end++;
        }
        return end;
    }

    private int letters(int at) {
        int start = isLead(text[at]) && run(at + 1, SplitReference::isLetter) > at + 1 ? at + 1 : at;
        int end = run(start, SplitReference::isLetter);
        return end > start ? end : -1;
    }

    /** With a character in front if that gives a match, else without. */
    private int word(int at, int leastUpper, int leastLower) {
        int end = isLead(text[at]) ? cased(at + 1, leastUpper, leastLower) : -1;
        return end >= 0 ? end : cased(at, leastUpper, leastLower);
    }

    private int cased(int at, int leastUpper, int leastLower) {
        for (int middle = run(at, c -> isIn(UPPER, c)); middle >= at + leastUpper; middle--) {
            int end = run(middle, c -> isIn(LOWER, c));
            if (end >= middle + leastLower) {
                return Math.max(end, contraction(end));
            }
        }
        return -1;
    }

    private int numbers(int at) {
        int end = Math.min(at + 3, run(at, SplitReference::isNumber));
        return end > at ? end : -1;
    }

    private int symbols(int at, String tail) {
        int start = text[at] == ' ' ? at + 1 : at;
        int end = run(start, c -> !isSpace(c) && !isLetter(c) && !isNumber(c));
        return end > start ? run(end, c -> tail.indexOf(c) >= 0) : -1;
    }

    private int lines(int at) {
        int end = run(at, SplitReference::isSpace);
        while (end > at && text[end - 1] != '\r' && text[end - 1] != '\n') {
            end--;
        }
        return end > at ? end : -1;
    }

    private int spaces(int at) {
        int end = run(at, SplitReference::isSpace);
        return end == text.length || end == at + 1 ? end : end - 1;
    }

    private static boolean isIn(Set<Integer> categories, int c) {
        return categories.contains(Character.getType(c));
    }

    private static boolean isLead(int c) {
        return c != '\r' && c != '\n' && !isLetter(c) && !isNumber(c);
    }

    private static boolean isLetter(int c) {
        return Character.isLetter(c);
    }

    private static boolean isNumber(int c) {
        return isIn(Set.of(9, 10, 11), c);
    }

    /** The property White_Space of Unicode 16, PropList.txt. */
    private static boolean isSpace(int c) {
        return (c >= 9 && c <= 13)
                || Set.of(0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
                        .contains(c)
                || (c >= 0x2000 && c <= 0x200A);
    }
}
