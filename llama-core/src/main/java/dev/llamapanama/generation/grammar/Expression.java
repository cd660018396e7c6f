// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.List;
import java.util.function.Function;

/** What a text may be: the common form of all grammar languages. References to rules make it context-free. */
sealed interface Expression {
    int UNBOUNDED = Integer.MAX_VALUE;

    /** The empty text. */
    Expression EMPTY = new Sequence(List.of());

    /** No text at all. */
    Expression NOTHING = new Choice(List.of());

    /** One character of a set. */
    record Characters(CodePoints set) implements Expression {}

    /** One after the other. */
    record Sequence(List<Expression> parts) implements Expression {}

    /** One of several. */
    record Choice(List<Expression> options) implements Expression {}

    /**
     * The same several times.
     *
     * @param max {@link #UNBOUNDED} for any number
     */
    record Repeat(Expression body, int min, int max) implements Expression {}

    /** What a rule says. */
    record Reference(int rule) implements Expression {}

    /**
     * What a network accepts.
     *
     * @param spelling how one of a set of its characters is written
     */
    record Machine(Network network, Function<CodePoints, Expression> spelling) implements Expression {}

    static Expression sequence(Expression... parts) {
        return new Sequence(List.of(parts));
    }

    static Expression choice(Expression... options) {
        return new Choice(List.of(options));
    }

    static Expression optional(Expression body) {
        return new Repeat(body, 0, 1);
    }

    static Expression anyNumberOf(Expression body) {
        return new Repeat(body, 0, UNBOUNDED);
    }

    static Expression text(String text) {
        return new Sequence(text.codePoints()
                .<Expression>mapToObj(c -> new Characters(CodePoints.of(c)))
                .toList());
    }
}
