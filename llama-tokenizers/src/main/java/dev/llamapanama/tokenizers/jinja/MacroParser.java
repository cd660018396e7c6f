// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Statement.Flow;
import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** {@code macro} and {@code call}. */
record MacroParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements) {

    Statement macro() {
        String name = tokens.expect(Kind.NAME).text();
        List<Macro.Parameter> parameters = parameters();
        Statement body = statements.bodyUntil("endmacro");
        return (scope, output) -> {
            scope.set(name, new Macro(name, parameters, body, scope));
            return Flow.GO_ON;
        };
    }

    Statement call() {
        List<Macro.Parameter> parameters = tokens.current().isOperator("(") ? parameters() : List.of();
        Expression function = new PrimaryParser(tokens, expressions).parse();
        while (tokens.skipOperator(".")) {
            String part = tokens.expect(Kind.NAME).text();
            Expression outer = function;
            function = scope -> Attributes.attribute(outer.evaluate(scope), part);
        }
        ArgumentParser arguments = new ArgumentParser(tokens, expressions);
        arguments.parse();
        Statement body = statements.bodyUntil("endcall");
        Expression called = function;
        return (scope, output) -> {
            Macro caller = new Macro("caller", parameters, body, scope);
            Object value = called.evaluate(scope);
            Function function2 = value instanceof Macro macro ? macro.withCaller(caller) : null;
            output.append(Representation.text(
                    Calls.call(scope, function2 == null ? value : function2, arguments.evaluate(scope))));
            return Flow.GO_ON;
        };
    }

    private List<Macro.Parameter> parameters() {
        List<Macro.Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            String name = tokens.expect(Kind.NAME).text();
            Expression otherwise = tokens.skipOperator("=")
                    ? expressions.parse()
                    : scope -> new Undefined("parameter '" + name + "' was not provided");
            parameters.add(new Macro.Parameter(name, otherwise));
            if (!tokens.current().isOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return parameters;
    }
}
