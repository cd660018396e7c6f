// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Turns a set of characters into edges of bytes: a tree by the lead byte, then by each continuation byte, whose equal subtrees are one.
 * No state has two edges for a byte.
 */
final class Utf8Assembly {
    private static final int CONTINUATION = 0x80;
    private static final int CONTINUATION_BITS = 6;

    private final IntSupplier newState;
    private final Edges.Builder edges;
    private final int to;
    private final Map<Rest, Integer> rests = new HashMap<>();

    /** What is left of characters after some of their bytes. */
    private record Rest(CodePoints set, int shift) {}

    private Utf8Assembly(IntSupplier newState, Edges.Builder edges, int to) {
        this.newState = newState;
        this.edges = edges;
        this.to = to;
    }

    /** Adds edges with the fields first byte, last byte, target. */
    static void add(CodePoints set, int from, int to, IntSupplier newState, Edges.Builder edges) {
        Utf8Assembly assembly = new Utf8Assembly(newState, edges, to);
        assembly.lead(set.and(CodePoints.range(0, 0x7F)), from, 0, 0, 0x80);
        assembly.lead(set.and(CodePoints.range(0x80, 0x7FF)), from, 6, 0xC0, 0x20);
        assembly.lead(set.and(CodePoints.range(0x800, 0xFFFF)), from, 12, 0xE0, 0x10);
        assembly.lead(set.and(CodePoints.range(0x10000, Character.MAX_CODE_POINT)), from, 18, 0xF0, 5);
    }

    private void lead(CodePoints set, int from, int shift, int mark, int count) {
        if (!set.isEmpty()) {
            bytes(set, from, shift, mark, count);
        }
    }

    private void bytes(CodePoints set, int from, int shift, int mark, int count) {
        if (shift == 0) {
            set.forEachRange((first, last) -> edges.add(from, mark + first, mark + last, to));
            return;
        }
        CodePoints run = CodePoints.NONE;
        int first = 0;
        for (int b = 0; b <= count; b++) {
            CodePoints rest = b == count ? CodePoints.NONE : set.block(b << shift, 1 << shift);
            if (!rest.equals(run)) {
                if (!run.isEmpty()) {
                    edges.add(from, mark + first, mark + b - 1, rest(run, shift));
                }
                run = rest;
                first = b;
            }
        }
    }

    private int rest(CodePoints rest, int shift) {
        Rest key = new Rest(rest, shift);
        Integer known = rests.get(key);
        if (known != null) {
            return known;
        }
        int state = newState.getAsInt();
        rests.put(key, state);
        bytes(rest, state, shift - CONTINUATION_BITS, CONTINUATION, 1 << CONTINUATION_BITS);
        return state;
    }
}
