// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;

/** Turns tokens into expressions, with the precedence of jinja2: that of Python but for {@code ~} and {@code **}. */
final class ExpressionParser {
    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Map<String, BinaryOperator<Object>> SUMS =
            Map.of("+", Operators::add, "-", Operators::subtract);
    private static final Map<String, BinaryOperator<Object>> PRODUCTS = Map.of(
            "*", Operators::multiply, "/", Operators::divide, "//", Operators::floorDivide, "%", Operators::modulo);

    private final TokenStream tokens;
    private final PrimaryParser primary;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
        primary = new PrimaryParser(tokens, this);
    }

    /** A value, or several with commas between: a tuple. */
    Expression parseTuple() {
        return primary.tuple(false);
    }

    /** A value. */
    Expression parse() {
        tokens.enter();
        Expression value = condition();
        tokens.leave();
        return value;
    }

    private Expression condition() {
        int unknown = tokens.unknown();
        Expression value = parseWithoutCondition();
        while (tokens.skipName("if")) {
            Expression test = parseWithoutCondition();
            Expression then = value;
            Expression otherwise = tokens.skipName("else") ? parse() : scope -> NO_ELSE;
            tokens.forgetUnknown(unknown);
            value = scope -> Values.isTrue(test.evaluate(scope)) ? then.evaluate(scope) : otherwise.evaluate(scope);
        }
        return value;
    }

    private static final Undefined NO_ELSE =
            new Undefined("the inline if-expression evaluated to false and no else section was defined.");

    /** A value that is no inline {@code if}. */
    Expression parseWithoutCondition() {
        Expression left = and();
        while (tokens.skipName("or")) {
            Expression first = left;
            Expression second = and();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.isTrue(value) ? value : second.evaluate(scope);
            };
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.skipName("and")) {
            Expression first = left;
            Expression second = not();
            left = scope -> {
                Object value = first.evaluate(scope);
                return Values.isTrue(value) ? second.evaluate(scope) : value;
            };
        }
        return left;
    }

    private Expression not() {
        if (!tokens.skipName("not")) {
            return comparison();
        }
        tokens.enter();
        Expression value = not();
        tokens.leave();
        return scope -> !Values.isTrue(value.evaluate(scope));
    }

    private record Comparison(String operator, Expression right) {}

    private Expression comparison() {
        Expression first = sum();
        List<Comparison> chain = new ArrayList<>();
        while (true) {
            if (tokens.current().is(Kind.OPERATOR)
                    && COMPARISONS.contains(tokens.current().text())) {
                chain.add(new Comparison(tokens.next().text(), sum()));
            } else if (tokens.skipName("in")) {
                chain.add(new Comparison("in", sum()));
            } else if (tokens.current().isName("not") && tokens.ahead().isName("in")) {
                tokens.next();
                tokens.next();
                chain.add(new Comparison("not in", sum()));
            } else {
                break;
            }
        }
        return chain.isEmpty() ? first : scope -> compare(scope, first, chain);
    }

    private static boolean compare(Scope scope, Expression first, List<Comparison> chain) {
        Object left = first.evaluate(scope);
        for (Comparison each : chain) {
            scope.rendering().step(1);
            Object right = each.right().evaluate(scope);
            if (!Operators.compare(each.operator(), left, right)) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Expression sum() {
        Expression left = concatenation();
        while (isOneOf(SUMS)) {
            left = binary(SUMS, left, this::concatenation);
        }
        return left;
    }

    private Expression concatenation() {
        Expression first = product();
        if (!tokens.current().isOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(product());
        }
        return scope -> {
            List<Object> values =
                    parts.stream().map(part -> part.evaluate(scope)).toList();
            return scope.rendering().made(Markup.joined(scope, "", values));
        };
    }

    private Expression product() {
        Expression left = power();
        while (isOneOf(PRODUCTS)) {
            left = binary(PRODUCTS, left, this::power);
        }
        return left;
    }

    private boolean isOneOf(Map<String, BinaryOperator<Object>> operators) {
        return tokens.current().is(Kind.OPERATOR)
                && operators.containsKey(tokens.current().text());
    }

    private Expression binary(
            Map<String, BinaryOperator<Object>> operators,
            Expression left,
            java.util.function.Supplier<Expression> operand) {
        BinaryOperator<Object> operator = operators.getOrDefault(tokens.next().text(), Operators::add);
        Expression right = operand.get();
        return scope -> scope.rendering().made(operator.apply(left.evaluate(scope), right.evaluate(scope)));
    }

    private Expression power() {
        Expression left = unary(true);
        while (tokens.skipOperator("**")) {
            Expression base = left;
            Expression exponent = unary(true);
            left = scope -> Operators.power(base.evaluate(scope), exponent.evaluate(scope));
        }
        return left;
    }

    /** @param filters whether filters after it belong to it; after a sign they belong to the signed value */
    private Expression unary(boolean filters) {
        Expression value;
        if (tokens.current().isOperator("-") || tokens.current().isOperator("+")) {
            boolean negates = tokens.next().text().equals("-");
            tokens.enter();
            Expression operand = unary(false);
            tokens.leave();
            value = scope -> Operators.signed(operand.evaluate(scope), negates);
        } else {
            value = primary.postfix(primary.parse());
        }
        return filters ? primary.filters(value) : value;
    }
}
