// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens of a template, and where the parser stands. */
final class TokenStream {
    /** Deeper than any template; the parser calls itself some ten times for each level. */
    private static final int DEPTH = 100;

    private static final Set<String> RESERVED = Set.of("true", "True", "false", "False", "none", "None");

    private final List<Token> tokens;
    private Set<String> mentioned = new HashSet<>();
    private int at;
    private int depth;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token ahead() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    Token next() {
        Token token = current();
        at = Math.min(at + 1, tokens.size() - 1);
        return token;
    }

    boolean skipOperator(String operator) {
        boolean there = current().isOperator(operator);
        if (there) {
            next();
        }
        return there;
    }

    boolean skipName(String name) {
        boolean there = current().isName(name);
        if (there) {
            next();
        }
        return there;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw failure("expected '" + operator + "'");
        }
    }

    Token expect(Kind kind) {
        if (!current().is(kind)) {
            throw failure("expected " + kind);
        }
        return next();
    }

    /** Takes a name that is assigned to. */
    String expectTarget() {
        if (RESERVED.contains(current().text())) {
            throw failure("expected a name that can be assigned to");
        }
        return expect(Kind.NAME).text();
    }

    /** Notes that a value of this name is asked for. */
    void mention(String name) {
        mentioned.add(name);
    }

    /** Notes such names elsewhere from now on; gives those noted so far. */
    Set<String> mentioned(Set<String> others) {
        Set<String> before = mentioned;
        mentioned = others;
        return before;
    }

    void enter() {
        if (++depth > DEPTH) {
            throw failure("expected fewer than " + DEPTH + " levels");
        }
    }

    void leave() {
        depth--;
    }

    JinjaException failure(String expected) {
        Token token = current();
        String found = token.is(Kind.END)
                ? "the end of the template"
                : token.text().isEmpty() ? token.kind().toString() : "'" + token.text() + "' (" + token.kind() + ")";
        return new JinjaException("line " + token.line() + ": found " + found + ", " + expected);
    }
}
