// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;
import java.util.List;

/** The tokens of a vocabulary, arranged for masks. Immutable. */
final class VocabularyIndex {
    private final TokenBytes bytes;
    private final TokenTrie trie;
    private final List<PlainTokens> plain;

    VocabularyIndex(TokenBytes bytes) {
        this.bytes = bytes;
        trie = new TokenTrie(bytes);
        plain = Arrays.stream(PlainText.values())
                .map(kind -> new PlainTokens(kind, bytes, trie))
                .toList();
    }

    TokenBytes bytes() {
        return bytes;
    }

    TokenTrie trie() {
        return trie;
    }

    /** By kind, the widest first. */
    List<PlainTokens> plain() {
        return plain;
    }
}
