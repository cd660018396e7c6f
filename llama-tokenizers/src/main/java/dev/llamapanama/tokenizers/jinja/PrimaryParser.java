// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Literals, names, and what stands after a value: attributes, subscripts, calls, filters, tests. */
final class PrimaryParser {
    private static final Map<String, Object> CONSTANTS =
            Map.of("true", true, "True", true, "false", false, "False", false, "none", None.NONE, "None", None.NONE);
    private static final Set<String> NO_ARGUMENT = Set.of("else", "or", "and", "is");

    private final TokenStream tokens;
    private final ExpressionParser expressions;

    PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    Expression parse() {
        Token token = tokens.current();
        return switch (token.kind()) {
            case NAME -> name();
            case STRING -> string();
            case INTEGER, FLOAT -> constant(number(tokens.next()));
            default -> bracket();
        };
    }

    private static Expression constant(Object value) {
        return scope -> value;
    }

    private Expression name() {
        String name = tokens.next().text();
        tokens.mention(name);
        Object constant = CONSTANTS.get(name);
        return constant == null ? scope -> scope.get(name) : constant(constant);
    }

    private Expression string() {
        StringBuilder text = new StringBuilder();
        while (tokens.current().is(Kind.STRING)) {
            text.append(tokens.next().text());
        }
        return constant(text.toString());
    }

    private static Object number(Token token) {
        String digits = token.text().replace("_", "");
        return token.is(Kind.FLOAT) ? (Object) Double.parseDouble(digits) : Numbers.of(Python.whole(digits));
    }

    private Expression bracket() {
        if (tokens.skipOperator("(")) {
            Expression value = tuple(true);
            tokens.expectOperator(")");
            return value;
        }
        if (tokens.skipOperator("[")) {
            List<Expression> items = new ArrayList<>();
            tokens.items("]", () -> items.add(expressions.parse()));
            return scope -> evaluate(scope, items);
        }
        if (tokens.skipOperator("{")) {
            return dictionary();
        }
        throw tokens.failure("expected a value");
    }

    private static List<Object> evaluate(Scope scope, List<Expression> items) {
        scope.rendering().step(items.size());
        List<Object> values = new ArrayList<>(items.size());
        for (Expression item : items) {
            values.add(item.evaluate(scope));
        }
        return values;
    }

    private Expression dictionary() {
        Map<Expression, Expression> entries = new LinkedHashMap<>();
        tokens.items("}", () -> {
            Expression key = expressions.parse();
            tokens.expectOperator(":");
            entries.put(key, expressions.parse());
        });
        return scope -> {
            Map<Object, Object> map = new LinkedHashMap<>();
            entries.forEach((key, value) -> MapKeys.put(map, key.evaluate(scope), value.evaluate(scope)));
            return map;
        };
    }

    /** @param parentheses whether it stands in some, between which there may be nothing */
    Expression tuple(boolean parentheses) {
        List<Expression> items = new ArrayList<>();
        boolean comma = false;
        while (!endsTuple()) {
            items.add(expressions.parse());
            comma = tokens.skipOperator(",");
            if (!comma) {
                break;
            }
        }
        if (items.size() == 1 && !comma) {
            return items.getFirst();
        }
        if (items.isEmpty() && !parentheses) {
            throw tokens.failure("expected a value");
        }
        return scope -> new Tuple(evaluate(scope, items));
    }

    private boolean endsTuple() {
        Token token = tokens.current();
        return token.is(Kind.PRINT_END) || token.is(Kind.TAG_END) || token.isOperator(")") || token.is(Kind.END);
    }

    /** What may follow a value: {@code .name}, {@code [index]}, a call. */
    Expression postfix(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skipOperator(".")) {
                value = attribute(value);
            } else if (tokens.skipOperator("[")) {
                value = subscript(value);
            } else if (tokens.current().isOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    private Expression attribute(Expression value) {
        Token token = tokens.current();
        if (token.is(Kind.INTEGER)) {
            Object index = number(tokens.next());
            return scope -> Attributes.item(value.evaluate(scope), index);
        }
        tokens.expect(Kind.NAME);
        return scope -> Attributes.attribute(value.evaluate(scope), token.text());
    }

    private Expression subscript(Expression value) {
        Expression start = tokens.current().isOperator(":") ? null : expressions.parse();
        if (start != null && tokens.skipOperator("]")) {
            return scope -> Attributes.item(value.evaluate(scope), start.evaluate(scope));
        }
        tokens.expectOperator(":");
        Expression from = start == null ? scope -> None.NONE : start;
        Expression to = sliceEnd();
        Expression by = tokens.skipOperator(":") ? sliceEnd() : scope -> None.NONE;
        tokens.expectOperator("]");
        return scope -> {
            Object sliced = value.evaluate(scope);
            scope.rendering().step(Values.cost(sliced));
            return Slices.slice(sliced, from.evaluate(scope), to.evaluate(scope), by.evaluate(scope));
        };
    }

    private Expression sliceEnd() {
        boolean none = tokens.current().isOperator("]") || tokens.current().isOperator(":");
        return none ? scope -> None.NONE : expressions.parse();
    }

    private Expression call(Expression function) {
        ArgumentParser arguments = new ArgumentParser(tokens, expressions);
        arguments.parse();
        return scope -> Calls.call(scope, function.evaluate(scope), arguments.evaluate(scope));
    }

    /** What may follow a value and all that belongs to it: filters, tests, calls of what these give. */
    Expression filters(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skipOperator("|")) {
                value = filter(value);
            } else if (tokens.skipName("is")) {
                value = test(value);
            } else if (tokens.current().isOperator("(")) {
                value = call(value);
            } else {
                return value;
            }
        }
    }

    /** A filter whose name comes next, applied to a value. */
    Expression filter(Expression value) {
        String name = dottedName();
        if (!Filters.exists(name)) {
            tokens.unknown("filter", name);
        }
        ArgumentParser arguments = new ArgumentParser(tokens, expressions);
        if (tokens.current().isOperator("(")) {
            arguments.parse();
        }
        return scope -> {
            Object filtered = value.evaluate(scope);
            scope.rendering().step(Values.cost(filtered));
            return scope.rendering().made(Filters.named(name).apply(scope, filtered, arguments.evaluate(scope)));
        };
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME).text());
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME).text());
        }
        return name.toString();
    }

    private Expression test(Expression value) {
        boolean negates = tokens.skipName("not");
        String name = dottedName();
        if (!Tests.exists(name)) {
            tokens.unknown("test", name);
        }
        ArgumentParser arguments = new ArgumentParser(tokens, expressions);
        if (tokens.current().isOperator("(")) {
            arguments.parse();
        } else if (beginsArgument()) {
            arguments.add(postfix(parse()));
        }
        return scope -> {
            Object tested = value.evaluate(scope);
            scope.rendering().step(1);
            return Tests.named(name).test(tested, arguments.evaluate(scope)) != negates;
        };
    }

    private boolean beginsArgument() {
        Token token = tokens.current();
        return switch (token.kind()) {
            case NAME -> {
                if (token.text().equals("is")) {
                    throw tokens.failure("tests can't be chained");
                }
                yield !NO_ARGUMENT.contains(token.text());
            }
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }
}
