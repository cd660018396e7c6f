// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.BitSet;

/**
 * A pushdown automaton over bytes. Each rule is a nondeterministic automaton of its own; an edge that calls another rule remembers
 * where to go on after it. A call after which the calling rule has nothing left remembers nothing, so that lists that are written as
 * right recursion take no depth.
 */
final class Automaton {
    /** Calls that may be open at once. JSON libraries read about 500 levels. */
    static final int MAX_DEPTH = 400;

    private final int start;
    private final BitSet ends;
    private final Edges bytes;
    private final Edges jumps;
    private final Edges calls;
    private final BitSet tails = new BitSet();
    private final int[] needs;
    private final ByteClasses classes;

    /**
     * @param bytes first byte, last byte, target
     * @param jumps target; no text is taken
     * @param calls first state of the rule, state after it
     */
    Automaton(int start, BitSet ends, Edges bytes, Edges jumps, Edges calls) {
        this.start = start;
        this.ends = ends;
        this.bytes = bytes;
        this.jumps = jumps;
        this.calls = calls;
        classes = ByteClasses.of(bytes);
        for (int call = 0; call < calls.count(); call++) {
            markTail(calls.get(call, 1));
        }
        needs = new Needs(this, jumps, bytes, calls).levels();
    }

    private void markTail(int state) {
        int at = state;
        for (int steps = 0; steps < MAX_DEPTH && !ends.get(at); steps++) {
            if (bytes.leave(at) || calls.leave(at) || jumps.end(at) - jumps.first(at) != 1) {
                return;
            }
            at = jumps.get(jumps.first(at), 0);
        }
        tails.set(state, ends.get(at));
    }

    int start() {
        return start;
    }

    int states() {
        return needs.length;
    }

    /** Whether the rule may be over here. */
    boolean isEnd(int state) {
        return ends.get(state);
    }

    BitSet ends() {
        return ends;
    }

    /** Whether all that a rule has left at a state is its end. */
    boolean isTail(int state) {
        return tails.get(state);
    }

    /** How many more calls have to be open at once before the rule of this state can be over. */
    int need(int state) {
        return needs[state];
    }

    Edges bytes() {
        return bytes;
    }

    Edges jumps() {
        return jumps;
    }

    Edges calls() {
        return calls;
    }

    ByteClasses classes() {
        return classes;
    }
}
