// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.List;
import java.util.Set;

/** Reads merges as a definition lists them: the first listed goes first. */
final class ListedMerges {
    private final Vocabulary vocabulary;
    private final Set<TokenType> text;

    /** @param text the types of tokens that text may become */
    ListedMerges(Vocabulary vocabulary, Set<TokenType> text) {
        this.vocabulary = vocabulary;
        this.text = text;
    }

    /** @throws TokenizerException where a merge is not of two tokens to a third */
    void addTo(PairTable merges, List<String> listed) {
        for (int i = 0; i < listed.size(); i++) {
            add(merges, i, listed.get(i));
        }
    }

    private void add(PairTable merges, int index, String merge) {
        int space = merge.indexOf(' ', 1);
        if (space < 0) {
            throw new TokenizerException(vocabulary.source(), "merge " + index, '"' + merge + '"', "two tokens");
        }
        char[] pair = merge.toCharArray();
        int left = vocabulary.ids().get(pair, 0, space);
        int right = vocabulary.ids().get(pair, space + 1, pair.length);
        System.arraycopy(pair, space + 1, pair, space, pair.length - space - 1);
        int merged = vocabulary.ids().get(pair, 0, pair.length - 1);
        if (merged == SpellingTable.NONE) {
            throw unknownPiece(index, merge.substring(0, space) + merge.substring(space + 1));
        }
        // Text never becomes a control token, not even where a file lists a merge to one.
        if (text.contains(vocabulary.type(merged))) {
            if (left == SpellingTable.NONE) {
                throw unknownPiece(index, merge.substring(0, space));
            }
            if (right == SpellingTable.NONE) {
                throw unknownPiece(index, merge.substring(space + 1));
            }
            merges.putIfAbsent(left, right, SymbolList.rule(index, merged));
        }
    }

    private TokenizerException unknownPiece(int index, String piece) {
        return new TokenizerException(
                vocabulary.source(), "merge " + index, '"' + piece + '"', "a token of the vocabulary");
    }
}
