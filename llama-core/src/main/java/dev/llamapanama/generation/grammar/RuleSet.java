// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rules of a grammar while it is read. A rule may be referred to before it is defined. */
final class RuleSet {
    /** Far more than any grammar needs, far fewer than a heap can't hold. */
    private static final int MAX_RULES = 1 << 16;

    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> names = new ArrayList<>();
    private final List<String> positions = new ArrayList<>();
    private final List<Expression> bodies = new ArrayList<>();

    int size() {
        return names.size();
    }

    /**
     * The rule of that name.
     *
     * @param position where it is first spoken of
     */
    Reference reference(String name, String position) {
        Integer known = ids.get(name);
        if (known != null) {
            return new Reference(known);
        }
        if (names.size() == MAX_RULES) {
            throw new GrammarException(position, "more than " + MAX_RULES + " rules", "fewer");
        }
        ids.put(name, names.size());
        names.add(name);
        positions.add(position);
        bodies.add(Expression.NOTHING);
        return new Reference(names.size() - 1);
    }

    boolean contains(String name) {
        return ids.containsKey(name);
    }

    void define(Reference rule, Expression body) {
        bodies.set(rule.rule(), body);
    }

    /** A new rule of a name that none has yet. */
    Reference add(String name, Expression body) {
        Reference rule = reference(name, name);
        define(rule, body);
        return rule;
    }

    String name(int rule) {
        return names.get(rule);
    }

    String position(int rule) {
        return positions.get(rule);
    }

    Expression body(int rule) {
        return bodies.get(rule);
    }
}
