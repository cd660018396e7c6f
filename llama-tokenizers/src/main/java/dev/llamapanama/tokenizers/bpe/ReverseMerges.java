// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How unused pieces came about in one text. SentencePiece merges into unused pieces too, for what may be merged out of
 * them, and at the end takes those that remain apart again (src/bpe_model.cc, {@code resegment}).
 */
final class ReverseMerges {
    private final BitSet unused;
    private final Map<Integer, Pair> pairs = new HashMap<>();

    private record Pair(int left, int right) {}

    ReverseMerges(BitSet unused) {
        this.unused = unused;
    }

    void considered(int merged, int left, int right) {
        if (unused.get(merged)) {
            pairs.put(merged, new Pair(left, right));
        }
    }

    /** The symbols that stand for one symbol, left to right. */
    List<Integer> takeApart(int symbol) {
        List<Integer> parts = new ArrayList<>();
        Deque<Integer> stack = new ArrayDeque<>();
        stack.push(symbol);
        while (!stack.isEmpty()) {
            int top = stack.pop();
            Pair pair = pairs.get(top);
            if (pair == null) {
                parts.add(top);
            } else {
                stack.push(pair.right());
                stack.push(pair.left());
            }
        }
        return parts;
    }
}
