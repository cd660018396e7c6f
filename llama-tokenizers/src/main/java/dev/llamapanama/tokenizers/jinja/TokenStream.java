// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.List;

/** The tokens of a template, and where the parser stands. */
final class TokenStream {
    /** Deeper than any template; the parser calls itself some ten times for each level. */
    private static final int DEPTH = 100;

    private final List<Token> tokens;
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
        String found = token.is(Kind.END) ? "the end of the template" : "'" + token.text() + "' (" + token.kind() + ")";
        return new JinjaException("line " + token.line() + ": found " + found + ", " + expected);
    }
}
