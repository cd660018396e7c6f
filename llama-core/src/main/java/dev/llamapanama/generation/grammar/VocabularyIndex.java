// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

/** The tokens of a vocabulary, arranged for masks. Immutable. */
final class VocabularyIndex {
    private final TokenBytes bytes;
    private final TokenTrie trie;
    /** Plain tokens of at most so many characters; at the end those of any number. */
    private final long[][] plainTokens = new long[PlainText.MAX_LENGTH + 2][];

    VocabularyIndex(TokenBytes bytes) {
        this.bytes = bytes;
        trie = new TokenTrie(bytes);
        int words = (bytes.size() + Long.SIZE - 1) / Long.SIZE;
        for (int length = 0; length < plainTokens.length; length++) {
            plainTokens[length] = new long[words];
        }
        for (int i = 0; i < trie.tokenCount(); i++) {
            add(trie.token(i));
        }
    }

    private void add(int token) {
        int length = PlainText.length(bytes, token);
        if (length != TokenTrie.NOT_PLAIN) {
            for (int at = row(length); at < plainTokens.length; at++) {
                plainTokens[at][token / Long.SIZE] |= 1L << token;
            }
        }
    }

    private static int row(int length) {
        return Math.min(length, PlainText.MAX_LENGTH + 1);
    }

    TokenBytes bytes() {
        return bytes;
    }

    TokenTrie trie() {
        return trie;
    }

    /** A bit for each plain token of at most so many characters, in a new array. */
    long[] plainTokens(int length) {
        return plainTokens[row(length)].clone();
    }
}
