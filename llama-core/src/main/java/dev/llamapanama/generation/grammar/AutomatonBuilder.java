// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Machine;
import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Builds the automaton of rules. */
final class AutomatonBuilder extends Assembly {
    private static final int MAX_STATES = 1 << 19;
    private static final CodePoints BEYOND_ASCII = CodePoints.range(0x80, Character.MAX_CODE_POINT);

    private final Edges.Builder bytes = new Edges.Builder(3);
    private final Edges.Builder jumps = new Edges.Builder(1);
    private final Edges.Builder calls = new Edges.Builder(2);
    private final BitSet ends = new BitSet();
    /** The first state of each rule: those of the grammar, then bodies of repetitions, which came up on the way. */
    private final List<Integer> entries = new ArrayList<>();

    private final List<Expression> bodies = new ArrayList<>();

    private AutomatonBuilder() {
        super(MAX_STATES);
    }

    /**
     * The automaton of all texts that a rule stands for.
     *
     * @throws GrammarException where a rule begins with itself, the automaton is too large or no text is ever complete
     */
    static Automaton build(RuleSet rules, Reference root) {
        LeftRecursion.refuse(rules);
        AutomatonBuilder builder = new AutomatonBuilder();
        for (int rule = 0; rule < rules.size(); rule++) {
            builder.addRule(rules.body(rule));
        }
        for (int rule = 0; rule < builder.bodies.size(); rule++) { // grows meanwhile
            int end = builder.newState();
            builder.ends.set(end);
            builder.build(builder.bodies.get(rule), builder.entries.get(rule), end);
        }
        Automaton automaton = builder.automaton(builder.entries.get(root.rule()));
        if (automaton.need(automaton.start()) > Automaton.MAX_DEPTH) {
            throw new GrammarException(
                    rules.position(root.rule()),
                    "a grammar that no text can satisfy within " + Automaton.MAX_DEPTH + " levels",
                    "one that ends");
        }
        return automaton;
    }

    private Reference addRule(Expression body) {
        bodies.add(body);
        entries.add(newState());
        return new Reference(bodies.size() - 1);
    }

    private Automaton automaton(int start) {
        return new Automaton(start, ends, bytes.build(states()), jumps.build(states()), calls.build(states()));
    }

    @Override
    String place() {
        return "grammar";
    }

    @Override
    void jump(int from, int to) {
        jumps.add(from, to);
    }

    @Override
    void characters(CodePoints set, int from, int to) {
        Utf8Assembly.add(set, from, to, this::newState, bytes);
    }

    @Override
    void reference(int rule, int from, int to) {
        calls.add(from, entries.get(rule), to);
    }

    @Override
    void machine(Machine machine, int from, int to) {
        Network network = machine.network();
        int first = states();
        for (int state = 0; state < network.states(); state++) {
            newState();
        }
        jump(from, first);
        for (int state = 0; state < network.states(); state++) {
            int source = first + state;
            network.edgesOf(state)
                    .forEach(edge -> build(machine.spelling().apply(edge.set()), source, first + edge.target()));
            if (network.isEnd(state)) {
                jump(source, to);
            }
        }
    }

    /** A byte needs one state; all else becomes a rule, so that a copy is one state, too. */
    @Override
    Expression shared(Expression body) {
        return switch (body) {
            case Reference _ -> body;
            case Characters(var set) when set.and(BEYOND_ASCII).isEmpty() -> body;
            default -> addRule(body);
        };
    }
}
