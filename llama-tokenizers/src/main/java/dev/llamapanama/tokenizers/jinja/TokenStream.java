// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens of a template, and where the parser stands. */
final class TokenStream {
    /** Deeper than any template; the parser calls itself some ten times for each level. */
    private static final int DEPTH = 100;

    private static final Set<String> RESERVED = Set.of("true", "True", "false", "False", "none", "None");

    private final List<Token> tokens;
    private final List<JinjaException> unknown = new ArrayList<>();
    private Set<String> mentioned = new HashSet<>();
    private boolean conditional;
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

    /** Takes items with commas between, and perhaps one behind the last, up to an operator. */
    void items(String end, Runnable item) {
        while (!skipOperator(end)) {
            item.run();
            if (!current().isOperator(end)) {
                expectOperator(",");
            }
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

    /**
     * Notes a filter or test that isn't there: an error of the template, or one where it is applied if that depends on a
     * condition right around it.
     */
    void unknown(String kind, String name) {
        if (!conditional) {
            unknown.add(new JinjaException("line " + current().line() + ": No " + kind + " named '" + name + "'."));
        }
    }

    /** How many were noted. */
    int unknown() {
        return unknown.size();
    }

    /** Forgets those that were noted since there were so many: a condition followed. */
    void forgetUnknown(int count) {
        unknown.subList(count, unknown.size()).clear();
    }

    void checkUnknown() {
        if (!unknown.isEmpty()) {
            throw unknown.getFirst();
        }
    }

    /** Whether what comes depends on a condition; gives whether what came before did. */
    boolean conditional(boolean choice) {
        boolean before = conditional;
        conditional = choice;
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
