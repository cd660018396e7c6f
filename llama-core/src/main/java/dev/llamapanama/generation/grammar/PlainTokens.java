// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

/** The tokens of a vocabulary that are one kind of plain text, by their length. Immutable. */
final class PlainTokens {
    private final PlainText kind;
    private final byte[] longest;
    /** Of at most so many characters; at the end of any number. */
    private final long[][] tokens = new long[PlainText.MAX_LENGTH + 2][];

    PlainTokens(PlainText kind, TokenBytes bytes, TokenTrie trie) {
        this.kind = kind;
        longest = trie.longest(token -> kind.length(bytes, token));
        for (int length = 0; length < tokens.length; length++) {
            tokens[length] = new long[(bytes.size() + Long.SIZE - 1) / Long.SIZE];
        }
        for (int i = 0; i < trie.tokenCount(); i++) {
            add(trie.token(i), kind.length(bytes, trie.token(i)));
        }
    }

    private void add(int token, int length) {
        if (length != PlainText.OTHER) {
            for (int at = row(length); at < tokens.length; at++) {
                tokens[at][token / Long.SIZE] |= 1L << token;
            }
        }
    }

    private static int row(int length) {
        return Math.min(length, PlainText.MAX_LENGTH + 1);
    }

    PlainText kind() {
        return kind;
    }

    /** A bit for each token of at most so many characters, in a new array. */
    long[] upTo(int length) {
        return tokens[row(length)].clone();
    }

    /** Characters of the longest token of a subtree; {@link PlainText#OTHER} where there is other text. */
    int longest(int node) {
        return longest[node] & 0xFF;
    }
}
