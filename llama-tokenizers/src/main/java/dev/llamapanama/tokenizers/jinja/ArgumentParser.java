// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of a call: values, values by name, and with stars lists and maps of them. */
final class ArgumentParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final List<Expression> positional = new ArrayList<>();
    private final Map<String, Expression> named = new LinkedHashMap<>();
    private @Nullable Expression list;
    private @Nullable Expression map;

    ArgumentParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    void parse() {
        tokens.expectOperator("(");
        tokens.items(")", this::argument);
    }

    private void argument() {
        if (map != null) {
            throw tokens.failure("expected no argument behind **");
        }
        if (tokens.skipOperator("**")) {
            map = expressions.parse();
        } else if (tokens.current().isOperator("*")) {
            list();
        } else if (tokens.current().is(Kind.NAME) && tokens.ahead().isOperator("=")) {
            String name = tokens.next().text();
            tokens.next();
            if (named.put(name, expressions.parse()) != null) {
                throw tokens.failure("expected each name once: " + name);
            }
        } else if (named.isEmpty() && list == null) {
            positional.add(expressions.parse());
        } else {
            throw tokens.failure("expected a name: arguments with names come last");
        }
    }

    private void list() {
        if (list != null) {
            throw tokens.failure("expected one *");
        }
        tokens.next();
        list = expressions.parse();
    }

    void add(Expression argument) {
        positional.add(argument);
    }

    Arguments evaluate(Scope scope) {
        if (positional.isEmpty() && named.isEmpty() && list == null && map == null) {
            return Arguments.NONE;
        }
        List<Object> values = new ArrayList<>(positional.size());
        positional.forEach(each -> values.add(each.evaluate(scope)));
        if (list != null) {
            values.addAll(Values.items(list.evaluate(scope)));
        }
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, each) -> byName.put(name, each.evaluate(scope)));
        if (map != null) {
            Arguments.named(map.evaluate(scope)).named().forEach((name, value) -> {
                if (byName.put(name, value) != null) {
                    throw new JinjaException("got multiple values for keyword argument '" + name + "'");
                }
            });
        }
        return new Arguments(values, byName);
    }
}
