// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Expression.Reference;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import dev.llamapanama.generation.grammar.Expression.Sequence;
import java.util.List;

/** Thompson's construction: turns expressions into states and edges, of a kind that subclasses know. */
abstract class Assembly {
    private final int maxStates;
    private int states;

    Assembly(int maxStates) {
        this.maxStates = maxStates;
    }

    /**
     * A state that nothing leads to yet.
     *
     * @throws GrammarException where there are too many
     */
    final int newState() {
        if (states == maxStates) {
            throw new GrammarException(place(), "more than " + maxStates + " states", "fewer or smaller repetitions");
        }
        return states++;
    }

    final int states() {
        return states;
    }

    /** What is being built, for messages. */
    abstract String place();

    /** An edge that takes no text. */
    abstract void jump(int from, int to);

    abstract void characters(CodePoints set, int from, int to);

    abstract void reference(int rule, int from, int to);

    abstract void machine(Machine machine, int from, int to);

    /** What to repeat often instead of a large body. */
    Expression shared(Expression body) {
        return body;
    }

    /** Makes all that lies between two states. Only {@code from} may have edges yet, and nothing may lead back to it. */
    final void build(Expression expression, int from, int to) {
        switch (expression) {
            case Characters(var set) -> characters(set, from, to);
            case Sequence(var parts) -> sequence(parts, from, to);
            case Choice(var options) -> options.forEach(option -> build(option, from, to));
            case Repeat repeat -> repeat(repeat, from, to);
            case Reference(int rule) -> reference(rule, from, to);
            case Machine machine -> machine(machine, from, to);
        }
    }

    private void sequence(List<Expression> parts, int from, int to) {
        if (parts.isEmpty()) {
            jump(from, to);
            return;
        }
        int at = from;
        for (int i = 0; i < parts.size(); i++) {
            int next = i == parts.size() - 1 ? to : newState();
            build(parts.get(i), at, next);
            at = next;
        }
    }

    private void repeat(Repeat repeat, int from, int to) {
        int copies = repeat.max() == Expression.UNBOUNDED ? repeat.min() : repeat.max();
        Expression body = copies > 1 ? shared(repeat.body()) : repeat.body();
        int at = from;
        for (int i = 0; i < copies; i++) {
            if (i >= repeat.min()) {
                jump(at, to);
            }
            int next = newState();
            build(body, at, next);
            at = next;
        }
        if (repeat.max() == Expression.UNBOUNDED) {
            int loop = newState();
            jump(at, loop);
            build(body, loop, loop);
            at = loop;
        }
        jump(at, to);
    }
}
