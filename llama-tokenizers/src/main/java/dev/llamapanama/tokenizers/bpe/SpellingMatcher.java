// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds spellings of tokens in text, the longest at a place: a trie. */
final class SpellingMatcher {
    private static final int ROOT = 0;
    private static final int NONE = -1;

    private final PairTable children = new PairTable();
    private final List<Integer> tokens = new ArrayList<>(List.of(NONE));

    /** The characters with which spellings begin. */
    private final BitSet begins = new BitSet();

    /** A token found in a text, from {@code start} to before {@code end}. */
    record Match(int id, int start, int end) {}

    /** Has a spelling found too, but for the empty one; only before the first search. */
    void add(String spelling, int id) {
        if (spelling.isEmpty()) {
            return;
        }
        int node = ROOT;
        for (int i = 0; i < spelling.length(); i++) {
            children.putIfAbsent(node, spelling.charAt(i), tokens.size());
            node = (int) children.get(node, spelling.charAt(i));
            if (node == tokens.size()) {
                tokens.add(NONE);
            }
        }
        tokens.set(node, id);
        begins.set(spelling.charAt(0));
    }

    boolean isEmpty() {
        return tokens.size() == 1;
    }

    /** The longest spelling that begins at a place and ends before {@code to}, or null. */
    @Nullable
    Match at(char[] text, int start, int to) {
        if (!begins.get(text[start])) {
            return null;
        }
        Match longest = null;
        int node = ROOT;
        for (int i = start; i < to; i++) {
            node = (int) children.get(node, text[i]);
            if (node == PairTable.NONE) {
                break;
            }
            if (tokens.get(node) != NONE) {
                longest = new Match(tokens.get(node), start, i + 1);
            }
        }
        return longest;
    }

    /** The leftmost spelling that begins at {@code from} or later, of those at one place the longest, or null. */
    @Nullable
    Match next(char[] text, int from, int to) {
        for (int start = from; start < to && !isEmpty(); start++) {
            Match match = at(text, start, to);
            if (match != null) {
                return match;
            }
        }
        return null;
    }
}
