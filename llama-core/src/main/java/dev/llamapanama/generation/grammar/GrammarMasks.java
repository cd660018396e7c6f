// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * A grammar seen through a vocabulary: which tokens may follow each configuration. What was found is kept for all generations, up to a
 * limit. Safe for use by many threads.
 */
final class GrammarMasks {
    /** Of masks; that of a large vocabulary has 16 kB, and those of few tokens next to nothing. */
    private static final long MAX_BYTES = 8L << 20;

    private static final int BYTES_OF_OBJECTS = 64;

    private final Configurations configurations;
    private final VocabularyIndex index;
    private final Map<TokenMask, TokenMask> known = new HashMap<>();
    private long bytes;

    GrammarMasks(Automaton automaton, VocabularyIndex index) {
        configurations = new Configurations(automaton);
        this.index = index;
    }

    Configurations configurations() {
        return configurations;
    }

    TokenMask mask(Configuration configuration) {
        TokenMask mask = configuration.mask();
        if (mask == null) {
            mask = unique(TokenMask.of(allowed(configuration)));
            configuration.mask(mask);
        }
        return mask;
    }

    /** Many configurations have the same mask. */
    private synchronized TokenMask unique(TokenMask mask) {
        bytes += BYTES_OF_OBJECTS;
        TokenMask same = known.putIfAbsent(mask, mask);
        if (same != null) {
            return same;
        }
        bytes += mask.sizeInBytes();
        if (bytes > MAX_BYTES) {
            known.clear();
            bytes = 0;
            configurations.forget();
        }
        return mask;
    }

    private long[] allowed(Configuration from) {
        for (PlainTokens plain : index.plain()) {
            int length = from.isLast() ? 0 : plain.kind().accepted(configurations, from);
            if (length > 0) {
                long[] bits = plain.upTo(length);
                addOthers(from, bits, node -> plain.longest(node) <= length);
                return bits;
            }
        }
        long[] bits = new long[(index.bytes().size() + Long.SIZE - 1) / Long.SIZE];
        addOthers(from, bits, _ -> false);
        return bits;
    }

    /** Walks the tree with the automaton, but for subtrees that are known. */
    private void addOthers(Configuration from, long[] bits, IntPredicate known) {
        TokenTrie trie = index.trie();
        Configuration[] path = new Configuration[trie.depth() + 1];
        path[0] = from;
        Configuration dead = configurations.dead();
        int node = 0;
        while (node < trie.nodes()) {
            if (known.test(node)) {
                node = trie.end(node);
                continue;
            }
            int depth = trie.depth(node);
            Configuration reached = configurations.next(path[depth], trie.label(node));
            if (reached == dead) {
                node = trie.end(node);
            } else {
                path[depth + 1] = reached;
                addTokens(trie, node++, bits);
            }
        }
    }

    private static void addTokens(TokenTrie trie, int node, long[] bits) {
        int end = trie.firstToken(node + 1);
        for (int i = trie.firstToken(node); i < end; i++) {
            int token = trie.token(i);
            bits[token / Long.SIZE] |= 1L << token;
        }
    }
}
