// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds spellings of tokens in text, the longest at a place: a trie. */
final class SpellingMatcher {
    private static final int ROOT = 0;
    private static final int NONE = -1;

    private final PairTable children = new PairTable();
    private final List<Integer> tokens = new ArrayList<>(List.of(NONE));

    /** A token found in a text, from {@code start} to before {@code end}. */
    record Match(int id, int start, int end) {}

    /** @param types tokens of which types are to be found */
    SpellingMatcher(Vocabulary vocabulary, Set<TokenType> types) {
        Set<TokenType> wanted = EnumSet.copyOf(types);
        for (int id = 0; id < vocabulary.size(); id++) {
            if (wanted.contains(vocabulary.type(id))) {
                add(vocabulary.piece(id), id);
            }
        }
    }

    private void add(String spelling, int id) {
        int node = ROOT;
        for (int i = 0; i < spelling.length(); i++) {
            children.putIfAbsent(node, spelling.charAt(i), tokens.size());
            node = (int) children.get(node, spelling.charAt(i));
            if (node == tokens.size()) {
                tokens.add(NONE);
            }
        }
        tokens.set(node, id);
    }

    boolean isEmpty() {
        return tokens.size() == 1;
    }

    /** The longest spelling that begins at a place, or null. */
    @Nullable
    Match at(String text, int start) {
        Match longest = null;
        int node = ROOT;
        for (int i = start; i < text.length(); i++) {
            node = (int) children.get(node, text.charAt(i));
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
    Match next(String text, int from) {
        for (int start = from; start < text.length() && !isEmpty(); start++) {
            Match match = at(text, start);
            if (match != null) {
                return match;
            }
        }
        return null;
    }
}
