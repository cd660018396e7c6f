// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The arguments of a call. */
final class ArgumentParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final List<Expression> positional = new ArrayList<>();
    private final Map<String, Expression> named = new LinkedHashMap<>();

    ArgumentParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    void parse() {
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            if (tokens.current().is(Kind.NAME) && tokens.ahead().isOperator("=")) {
                String name = tokens.next().text();
                tokens.next();
                named.put(name, expressions.parse());
            } else if (named.isEmpty()) {
                positional.add(expressions.parse());
            } else {
                throw tokens.failure("expected a name: arguments with names come last");
            }
            if (!tokens.current().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
    }

    void add(Expression argument) {
        positional.add(argument);
    }

    Arguments evaluate(Scope scope) {
        if (positional.isEmpty() && named.isEmpty()) {
            return Arguments.NONE;
        }
        List<Object> values = new ArrayList<>(positional.size());
        positional.forEach(each -> values.add(each.evaluate(scope)));
        Map<String, Object> byName = new LinkedHashMap<>();
        named.forEach((name, each) -> byName.put(name, each.evaluate(scope)));
        return new Arguments(values, byName);
    }
}
