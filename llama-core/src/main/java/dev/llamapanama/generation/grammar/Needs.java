// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * How many calls have to be open at once, at least, between a state and the end of its rule. Found level by level from the ends: each
 * state is settled once. States from which no end is reached within the limit have {@link Integer#MAX_VALUE}, so that this also finds
 * all that can't be completed.
 */
final class Needs {
    private static final int OPEN = Integer.MAX_VALUE;

    private final Automaton automaton;
    private final Edges calls;
    private final Edges before;
    private final Edges callsTo;
    private final int[] callers;
    private final int[] needs;
    private Deque<Integer> queue = new ArrayDeque<>();
    private Deque<Integer> nextQueue = new ArrayDeque<>();

    Needs(Automaton automaton, Edges jumps, Edges bytes, Edges calls) {
        this.automaton = automaton;
        this.calls = calls;
        int states = jumps.states();
        Edges.Builder sources = new Edges.Builder(1);
        Edges.Builder callSources = new Edges.Builder(1);
        callers = new int[calls.count()];
        for (int state = 0; state < states; state++) {
            addSources(state, jumps, 0, sources);
            addSources(state, bytes, 2, sources);
            for (int call = calls.first(state); call < calls.end(state); call++) {
                callers[call] = state;
                callSources.add(calls.get(call, 0), call);
                callSources.add(calls.get(call, 1), call);
            }
        }
        before = sources.build(states);
        callsTo = callSources.build(states);
        needs = new int[states];
    }

    private static void addSources(int state, Edges edges, int target, Edges.Builder sources) {
        for (int edge = edges.first(state); edge < edges.end(state); edge++) {
            sources.add(edges.get(edge, target), state);
        }
    }

    int[] levels() {
        Arrays.fill(needs, OPEN);
        automaton.ends().stream().forEach(queue::add);
        for (int level = 0; level <= Automaton.MAX_DEPTH; level++) {
            while (!queue.isEmpty()) {
                settle(queue.removeLast(), level);
            }
            Deque<Integer> settled = queue;
            queue = nextQueue;
            nextQueue = settled;
        }
        return needs;
    }

    private void settle(int state, int level) {
        if (needs[state] != OPEN) {
            return;
        }
        needs[state] = level;
        for (int edge = before.first(state); edge < before.end(state); edge++) {
            queue.add(before.get(edge, 0));
        }
        for (int edge = callsTo.first(state); edge < callsTo.end(state); edge++) {
            offer(callsTo.get(edge, 0), level);
        }
    }

    private void offer(int call, int level) {
        int entry = needs[calls.get(call, 0)];
        int after = needs[calls.get(call, 1)];
        if (entry == OPEN || after == OPEN) {
            return;
        }
        int within = entry + (automaton.isTail(calls.get(call, 1)) ? 0 : 1);
        (Math.max(within, after) <= level ? queue : nextQueue).add(callers[call]);
    }
}
