// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The merges of a byte-level vocabulary whose ids are ranks, as tiktoken files have it: the two parts of a token are what is left when
 * its letters are merged by tokens of lower rank only.
 */
public final class RankedMerges {
    private final Map<String, Integer> ranks;

    private RankedMerges(Map<String, Integer> ranks) {
        this.ranks = ranks;
    }

    /** Pairs {@code "left right"}, lowest rank first; a token that nothing merges to has none. */
    public static List<String> of(TokenizerDefinition tokenizer) {
        Map<String, Integer> ranks = new HashMap<>();
        for (int id = 0; id < tokenizer.pieces().size(); id++) {
            if (tokenizer.types().get(id) == TokenType.NORMAL) {
                ranks.putIfAbsent(tokenizer.pieces().get(id), id);
            }
        }
        RankedMerges merges = new RankedMerges(ranks);
        List<String> pairs = new ArrayList<>();
        for (int id = 0; id < tokenizer.pieces().size(); id++) {
            String piece = tokenizer.pieces().get(id);
            Integer rank = ranks.get(piece);
            if (rank != null && rank == id && piece.length() > 1) {
                List<String> parts = merges.parts(piece, id);
                if (parts.size() == 2) {
                    pairs.add(parts.getFirst() + " " + parts.getLast());
                }
            }
        }
        return pairs;
    }

    private List<String> parts(String piece, int rank) {
        List<String> parts =
                new ArrayList<>(piece.chars().mapToObj(Character::toString).toList());
        for (int at = lowest(parts, rank); at >= 0; at = lowest(parts, rank)) {
            parts.set(at, parts.get(at) + parts.remove(at + 1));
        }
        return parts;
    }

    /** The pair that merges next, or −1. */
    private int lowest(List<String> parts, int below) {
        int best = below;
        int found = -1;
        for (int i = 0; i + 1 < parts.size(); i++) {
            int rank = ranks.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
            if (rank < best) {
                best = rank;
                found = i;
            }
        }
        return found;
    }
}
