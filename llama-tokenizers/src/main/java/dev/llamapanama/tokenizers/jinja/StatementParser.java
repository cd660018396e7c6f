// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Statement.Flow;
import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** Turns tokens into statements. */
final class StatementParser {
    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private final PrimaryParser primary;
    private final MacroParser macros;
    private final BlockParser blocks;
    private int loops;

    StatementParser(List<Token> list) {
        tokens = new TokenStream(list);
        expressions = new ExpressionParser(tokens);
        primary = new PrimaryParser(tokens, expressions);
        macros = new MacroParser(tokens, expressions, this);
        blocks = new BlockParser(tokens, expressions, this);
    }

    /** The whole template. */
    Statement template() {
        Statement body = body(Set.of());
        tokens.expect(Kind.END);
        tokens.checkUnknown();
        return (scope, output) -> {
            scope.set("self", blocks.self(scope));
            return body.execute(scope, output);
        };
    }

    /** Statements up to a tag of one of these names, which comes next then. */
    private Statement body(Set<String> ends) {
        List<Statement> statements = new ArrayList<>();
        tokens.enter();
        while (!tokens.current().is(Kind.END)) {
            Token token = tokens.next();
            if (token.is(Kind.DATA)) {
                statements.add(data(token.text()));
            } else if (token.is(Kind.PRINT_BEGIN)) {
                statements.add(print(expressions.parseTuple()));
                tokens.expect(Kind.PRINT_END);
            } else if (ends.contains(tokens.current().text())) {
                break;
            } else {
                statements.add(tag());
            }
        }
        tokens.leave();
        return sequence(statements);
    }

    /** Statements up to a tag of a name, whose end comes next then. */
    Statement bodyUntil(String end) {
        endTag();
        Statement body = unconditional(() -> body(Set.of(end)));
        if (!tokens.skipName(end)) {
            throw tokens.failure("expected " + end);
        }
        return body;
    }

    /** What is parsed with names of its own, which jinja2 takes for executed, whatever stands around it. */
    <T> T unconditional(Supplier<T> part) {
        boolean before = tokens.conditional(false);
        T parsed = part.get();
        tokens.conditional(before);
        return parsed;
    }

    /** Ends a tag behind which a body stands; jinja2 allows a colon, as in Python. */
    private void endTag() {
        tokens.skipOperator(":");
        tokens.expect(Kind.TAG_END);
    }

    static Statement print(Expression value) {
        return (scope, output) -> {
            Object printed = value.evaluate(scope);
            write(scope, output, scope.escapes() ? Markup.of(printed).text() : Representation.text(printed));
            return Flow.GO_ON;
        };
    }

    private static Statement data(String text) {
        return (scope, output) -> {
            write(scope, output, text);
            return Flow.GO_ON;
        };
    }

    private static void write(Scope scope, StringBuilder output, String text) {
        scope.rendering().made(text);
        output.append(text);
        Rendering.checkLength(output.length());
    }

    private static Statement sequence(List<Statement> statements) {
        Statement[] all = statements.toArray(new Statement[0]);
        return (scope, output) -> {
            for (Statement each : all) {
                scope.rendering().step(1);
                Flow flow = each.execute(scope, output);
                if (flow != Flow.GO_ON) {
                    return flow;
                }
            }
            return Flow.GO_ON;
        };
    }

    private Statement tag() {
        Token name = tokens.current();
        tokens.expect(Kind.NAME);
        Statement statement = switch (name.text()) {
            case "if" -> condition();
            case "for" -> loop();
            case "set" -> new AssignmentParser(tokens, expressions, this).parse();
            case "macro" -> macros.macro();
            case "call" -> macros.call();
            case "filter" -> filter();
            case "block" -> blocks.block();
            case "include", "import", "from", "extends" -> blocks.load(name.text());
            case "with" -> with();
            case "generation" -> scoped(bodyUntil("endgeneration"));
            case "autoescape" -> autoescape();
            case "print" -> printTag();
            case "break" -> leaveLoop(Flow.BREAK);
            case "continue" -> leaveLoop(Flow.CONTINUE);
            default ->
                throw new JinjaException("line " + name.line() + ": Encountered unknown tag '" + name.text() + "'.");
        };
        tokens.expect(Kind.TAG_END);
        return statement;
    }

    private Statement leaveLoop(Flow flow) {
        if (loops == 0) {
            throw tokens.failure("expected break and continue inside loops only");
        }
        return (scope, output) -> flow;
    }

    private static Statement scoped(Statement body) {
        return (scope, output) -> body.execute(scope.inner(), output);
    }

    private Statement autoescape() {
        Expression choice = expressions.parse();
        Statement body = bodyUntil("endautoescape");
        return (scope, output) -> body.execute(scope.escaping(Values.isTrue(choice.evaluate(scope))), output);
    }

    private Statement printTag() {
        List<Statement> values = new ArrayList<>();
        while (!tokens.current().is(Kind.TAG_END)) {
            if (!values.isEmpty()) {
                tokens.expectOperator(",");
            }
            values.add(print(expressions.parse()));
        }
        return sequence(values);
    }

    private Statement condition() {
        boolean before = tokens.conditional(true);
        Expression test = expressions.parseTuple();
        endTag();
        Statement then = body(Set.of("elif", "else", "endif"));
        Statement otherwise = (scope, output) -> Flow.GO_ON;
        if (tokens.skipName("elif")) {
            tokens.enter();
            otherwise = condition();
            tokens.leave();
        } else {
            if (tokens.skipName("else")) {
                endTag();
                otherwise = body(Set.of("endif"));
            }
            if (!tokens.skipName("endif")) {
                throw tokens.failure("expected endif");
            }
        }
        tokens.conditional(before);
        Statement last = otherwise;
        return (scope, output) -> (Values.isTrue(test.evaluate(scope)) ? then : last).execute(scope, output);
    }

    private Statement loop() {
        Target target = Target.parse(tokens, Set.of("in"));
        if (!tokens.skipName("in")) {
            throw tokens.failure("expected 'in'");
        }
        Expression items = loopItems();
        Expression filter = tokens.skipName("if") ? unconditional(expressions::parse) : null;
        boolean recursive = tokens.skipName("recursive");
        endTag();
        loops++;
        Statement body = unconditional(() -> body(Set.of("else", "endfor")));
        loops--;
        Statement otherwise = tokens.skipName("else") ? bodyUntil("endfor") : null;
        if (otherwise == null && !tokens.skipName("endfor")) {
            throw tokens.failure("expected endfor");
        }
        Statement empty = otherwise == null ? (scope, output) -> Flow.GO_ON : otherwise;
        return new ForLoop(target, items, filter, recursive, body, empty);
    }

    /** Items of a loop: a condition behind them is the loop's. */
    private Expression loopItems() {
        List<Expression> items = new ArrayList<>(List.of(expressions.parseWithoutCondition()));
        while (tokens.skipOperator(",")) {
            items.add(expressions.parseWithoutCondition());
        }
        return items.size() == 1
                ? items.getFirst()
                : scope -> new Tuple(
                        items.stream().map(item -> item.evaluate(scope)).toList());
    }

    private Statement filter() {
        Expression[] text = {scope -> ""};
        Expression filtered = filters(unconditional(() -> primary.filter(scope -> text[0].evaluate(scope))));
        Statement body = bodyUntil("endfilter");
        text[0] = scope -> Capture.value(body, scope.inner());
        return print(filtered);
    }

    /** Filters of what stands up to the end of a tag. */
    Expression filters(Expression value) {
        return unconditional(() -> {
            Expression filtered = value;
            while (tokens.skipOperator("|")) {
                filtered = primary.filter(filtered);
            }
            return filtered;
        });
    }

    private Statement with() {
        List<Target> targets = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.current().is(Kind.TAG_END)) {
            targets.add(Target.parse(tokens, Set.of()));
            tokens.expectOperator("=");
            values.add(expressions.parse());
            tokens.skipOperator(",");
        }
        Statement body = bodyUntil("endwith");
        return (scope, output) -> {
            Scope inner = scope.inner();
            for (int i = 0; i < targets.size(); i++) {
                targets.get(i).assign(inner, values.get(i).evaluate(scope));
            }
            return body.execute(inner, output);
        };
    }
}
