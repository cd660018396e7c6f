// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Follows from some states, each with the stacks below it, all that takes no text: jumps, calls, ends of rules. What is left are states
 * that read a byte, and the empty stack where the text may be over. Ways that couldn't be completed within the depth limit are never
 * entered, so that of what is left each can be.
 */
final class Closure {
    /** Of one byte; grammars that people write need tens. */
    private static final int MAX_STEPS = 1 << 16;

    private final Automaton automaton;
    private final StackSets sets;
    private final Set<Item> seen = new HashSet<>();
    private final Deque<Item> queue = new ArrayDeque<>();
    private final TreeMap<Integer, Stacks> reading = new TreeMap<>();
    private boolean complete;

    private record Item(int state, Stacks below) {}

    Closure(Automaton automaton, StackSets sets) {
        this.automaton = automaton;
        this.sets = sets;
    }

    void add(int state, Stacks below) {
        Stacks completable = completable(state, below);
        if (!completable.isEmpty() && seen.add(new Item(state, completable))) {
            queue.add(new Item(state, completable));
        }
    }

    private Stacks completable(int state, Stacks below) {
        int need = automaton.need(state);
        return need > Automaton.MAX_DEPTH ? Stacks.NONE : sets.within(Automaton.MAX_DEPTH - need, below);
    }

    Stacks run() {
        while (!queue.isEmpty()) {
            if (seen.size() > MAX_STEPS) {
                throw new GrammarException(
                        "grammar", "more than " + MAX_STEPS + " ways to read a text", "a less ambiguous grammar");
            }
            follow(queue.removeLast());
        }
        return sets.of(reading, complete);
    }

    private void follow(Item item) {
        int state = item.state;
        if (automaton.bytes().leave(state)) {
            reading.merge(state, item.below, sets::union);
        }
        Edges jumps = automaton.jumps();
        for (int jump = jumps.first(state); jump < jumps.end(state); jump++) {
            add(jumps.get(jump, 0), item.below);
        }
        Edges calls = automaton.calls();
        for (int call = calls.first(state); call < calls.end(state); call++) {
            call(calls.get(call, 0), calls.get(call, 1), item.below);
        }
        if (automaton.isEnd(state)) {
            end(item.below);
        }
    }

    private void call(int entry, int after, Stacks below) {
        if (automaton.isTail(after)) {
            add(entry, below);
            return;
        }
        Stacks completable = completable(after, below);
        if (!completable.isEmpty()) {
            add(entry, sets.push(after, completable));
        }
    }

    private void end(Stacks below) {
        complete |= below.hasBottom();
        for (int i = 0; i < below.count(); i++) {
            add(below.top(i), below.below(i));
        }
    }
}
