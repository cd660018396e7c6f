// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The deterministic automaton of a grammar, found while texts are read: configurations are its states. Safe for use by many threads;
 * what is known is read without a lock.
 */
final class Configurations {
    /** References to following configurations that are kept in all; 4 MB. */
    private static final int MAX_SLOTS = 1 << 20;

    private final Automaton automaton;
    private final ByteClasses classes;
    private final Configuration dead;
    private final StackSets sets = new StackSets();
    private final Map<Stacks, Configuration> known = new HashMap<>();

    Configurations(Automaton automaton) {
        this.automaton = automaton;
        classes = automaton.classes();
        dead = new Configuration(Stacks.NONE, classes.count());
    }

    /** Where no text can be completed any more. */
    Configuration dead() {
        return dead;
    }

    synchronized Configuration start() {
        Closure closure = new Closure(automaton, sets);
        closure.add(automaton.start(), Stacks.BOTTOM);
        return configuration(closure.run());
    }

    int byteClass(byte b) {
        return classes.of(b);
    }

    /** The configuration after one more byte. */
    Configuration next(Configuration from, byte b) {
        if (from.isLast()) {
            return dead;
        }
        int byteClass = classes.of(b);
        @Nullable Configuration next = from.next(byteClass);
        return next != null ? next : find(from, byteClass);
    }

    private synchronized Configuration find(Configuration from, int byteClass) {
        int b = classes.representative(byteClass);
        Closure closure = new Closure(automaton, sets);
        Edges bytes = automaton.bytes();
        Stacks stacks = from.stacks();
        for (int i = 0; i < stacks.count(); i++) {
            int state = stacks.top(i);
            for (int edge = bytes.first(state); edge < bytes.end(state); edge++) {
                if (bytes.get(edge, 0) <= b && b <= bytes.get(edge, 1)) {
                    closure.add(bytes.get(edge, 2), stacks.below(i));
                }
            }
        }
        Configuration next = configuration(closure.run());
        from.next(byteClass, next);
        return next;
    }

    private Configuration configuration(Stacks stacks) {
        if (stacks.isEmpty()) {
            return dead;
        }
        Configuration same = known.get(stacks);
        if (same != null) {
            return same;
        }
        if (((long) known.size() + 1) * classes.count() > MAX_SLOTS || sets.size() > MAX_SLOTS) {
            forget();
        }
        Configuration made = new Configuration(stacks, classes.count());
        known.put(stacks, made);
        return made;
    }

    /** Lets go of all that nobody stands at. */
    synchronized void forget() {
        known.clear();
        sets.clear();
    }
}
