// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a value is assigned to: a name, or names that take its items. */
sealed interface Target {

    void assign(Scope scope, Object value);

    /** A name. */
    record Name(String name) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            scope.set(name, value);
        }
    }

    /** A part of a namespace. */
    record Part(String namespace, String name) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            if (!(scope.get(namespace) instanceof Namespace parts)) {
                throw new JinjaException("cannot assign attribute on non-namespace object");
            }
            parts.set(name, value);
        }
    }

    /** Several, each of which takes an item. */
    record Several(List<Target> targets) implements Target {
        @Override
        public void assign(Scope scope, Object value) {
            List<Object> items = Values.items(value);
            if (items.size() != targets.size()) {
                throw new JinjaException("found " + items.size() + " values to unpack, expected " + targets.size());
            }
            for (int i = 0; i < items.size(); i++) {
                targets.get(i).assign(scope, items.get(i));
            }
        }
    }

    /** @param ends names that end it */
    static Target parse(TokenStream tokens, Set<String> ends) {
        List<Target> targets = new ArrayList<>();
        boolean comma = false;
        do {
            if (tokens.current().is(Kind.OPERATOR)
                    || ends.contains(tokens.current().text())) {
                if (!tokens.current().isOperator("(")) {
                    break;
                }
            }
            targets.add(single(tokens));
            comma = tokens.skipOperator(",");
        } while (comma);
        if (targets.isEmpty()) {
            throw tokens.failure("expected a name to assign to");
        }
        return targets.size() == 1 && !comma && targets.size() > 0 ? targets.getFirst() : new Several(targets);
    }

    private static Target single(TokenStream tokens) {
        if (tokens.skipOperator("(")) {
            tokens.enter();
            Target inner = parse(tokens, Set.of());
            tokens.leave();
            tokens.expectOperator(")");
            return inner;
        }
        String name = tokens.expectTarget();
        return tokens.skipOperator(".")
                ? new Part(name, tokens.expect(Kind.NAME).text())
                : new Name(name);
    }
}
