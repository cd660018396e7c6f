// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary as a tree of their bytes, its nodes in preorder: what follows a node is its first child, or what comes after
 * its subtree. Tokens lie in the order of nodes.
 */
final class TokenTrie {
    private final byte[] labels;
    private final char[] depths;
    private final int[] ends;
    private final int[] firstTokens;
    private final int[] tokens;
    private final int depth;

    TokenTrie(TokenBytes bytes) {
        tokens = bytes.sorted();
        int nodes = count(bytes);
        labels = new byte[nodes];
        depths = new char[nodes];
        ends = new int[nodes];
        firstTokens = new int[nodes + 1];
        fill(bytes);
        depth = IntStream.of(tokens).map(bytes::length).max().orElse(0);
    }

    private int count(TokenBytes bytes) {
        int nodes = 0;
        for (int i = 0; i < tokens.length; i++) {
            nodes += bytes.length(tokens[i]) - shared(bytes, i);
        }
        return nodes;
    }

    /** How many bytes a token has in common with the one before it. */
    private int shared(TokenBytes bytes, int index) {
        return index == 0 ? 0 : bytes.common(tokens[index - 1], tokens[index]);
    }

    private void fill(TokenBytes bytes) {
        int[] open = new int[Character.MAX_VALUE + 1];
        int openDepth = 0;
        int node = 0;
        for (int i = 0; i < tokens.length; i++) {
            int shared = shared(bytes, i);
            while (openDepth > shared) {
                ends[open[--openDepth]] = node;
            }
            for (int at = shared; at < bytes.length(tokens[i]); at++) {
                labels[node] = bytes.get(tokens[i], at);
                depths[node] = (char) at;
                firstTokens[node] = i;
                open[openDepth++] = node++;
            }
        }
        while (openDepth > 0) {
            ends[open[--openDepth]] = node;
        }
        firstTokens[node] = tokens.length;
    }

    /** The greatest of some lengths of tokens, 0 to 255, in each subtree. */
    byte[] longest(IntUnaryOperator lengthOfToken) {
        byte[] lengths = new byte[nodes()];
        for (int node = lengths.length - 1; node >= 0; node--) {
            int longest = 0;
            for (int i = firstTokens[node]; i < firstTokens[node + 1]; i++) {
                longest = Math.max(longest, lengthOfToken.applyAsInt(tokens[i]));
            }
            for (int child = node + 1; child < ends[node]; child = ends[child]) {
                longest = Math.max(longest, lengths[child] & 0xFF);
            }
            lengths[node] = (byte) longest;
        }
        return lengths;
    }

    int nodes() {
        return labels.length;
    }

    byte label(int node) {
        return labels[node];
    }

    /** How many bytes come before the node's own. */
    int depth(int node) {
        return depths[node];
    }

    /** The node after the subtree. */
    int end(int node) {
        return ends[node];
    }

    /** The first place in the order of tokens that belongs to the node; it has those before the next node's first. */
    int firstToken(int node) {
        return firstTokens[node];
    }

    int token(int index) {
        return tokens[index];
    }

    int tokenCount() {
        return tokens.length;
    }

    /** Bytes of the longest token. */
    int depth() {
        return depth;
    }
}
