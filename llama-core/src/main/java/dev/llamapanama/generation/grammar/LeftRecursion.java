// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Expression.Reference;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import dev.llamapanama.generation.grammar.Expression.Sequence;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;

/** Finds rules that begin with themselves: they would be entered for ever before a byte is read. */
final class LeftRecursion {
    private final RuleSet rules;
    private final BitSet nullable = new BitSet();

    private LeftRecursion(RuleSet rules) {
        this.rules = rules;
    }

    static void refuse(RuleSet rules) {
        LeftRecursion check = new LeftRecursion(rules);
        check.findNullable();
        BitSet cleared = new BitSet();
        for (int rule = 0; rule < rules.size(); rule++) {
            check.visit(rule, cleared);
        }
    }

    private void findNullable() {
        int before;
        do {
            before = nullable.cardinality();
            for (int rule = rules.size() - 1; rule >= 0; rule--) { // rules mostly refer to later ones
                if (isNullable(rules.body(rule))) {
                    nullable.set(rule);
                }
            }
        } while (nullable.cardinality() != before);
    }

    private boolean isNullable(Expression expression) {
        return switch (expression) {
            case Characters _ -> false;
            case Sequence(var parts) -> parts.stream().allMatch(this::isNullable);
            case Choice(var options) -> options.stream().anyMatch(this::isNullable);
            case Repeat(var body, int min, int _) -> min == 0 || isNullable(body);
            case Reference(int rule) -> nullable.get(rule);
            case Machine(var network, var _) -> network.acceptsEmpty();
        };
    }

    private record Visit(int rule, Iterator<Integer> first) {}

    private void visit(int start, BitSet cleared) {
        Deque<Visit> path = new ArrayDeque<>();
        BitSet onPath = new BitSet();
        enter(start, path, onPath, cleared);
        while (!path.isEmpty()) {
            Visit visit = path.getLast();
            if (visit.first.hasNext()) {
                enter(visit.first.next(), path, onPath, cleared);
            } else {
                path.removeLast();
                onPath.clear(visit.rule);
                cleared.set(visit.rule);
            }
        }
    }

    private void enter(int rule, Deque<Visit> path, BitSet onPath, BitSet cleared) {
        if (onPath.get(rule)) {
            throw new GrammarException(
                    rules.position(rule),
                    "left recursion of rule '" + rules.name(rule) + "'",
                    "rules that don't begin with themselves");
        }
        if (!cleared.get(rule)) {
            BitSet first = new BitSet();
            addFirst(rules.body(rule), first);
            onPath.set(rule);
            path.addLast(new Visit(rule, first.stream().iterator()));
        }
    }

    /** Adds the rules that an expression may begin with. */
    private void addFirst(Expression expression, BitSet first) {
        switch (expression) {
            case Characters _, Machine _ -> {}
            case Sequence(var parts) -> {
                for (Expression part : parts) {
                    addFirst(part, first);
                    if (!isNullable(part)) {
                        return;
                    }
                }
            }
            case Choice(var options) -> options.forEach(option -> addFirst(option, first));
            case Repeat(var body, int _, int max) -> {
                if (max > 0) {
                    addFirst(body, first);
                }
            }
            case Reference(int rule) -> first.set(rule);
        }
    }
}
