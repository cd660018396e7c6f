// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Statement.Flow;
import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code macro} and {@code call}. */
record MacroParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements) {
    Statement macro() {
        String name = tokens.expect(Kind.NAME).text();
        Definition macro = definition(parameters(), "endmacro");
        return (scope, output) -> {
            scope.set(name, macro.in(scope, name));
            return Flow.GO_ON;
        };
    }

    private record Definition(List<Macro.Parameter> parameters, Set<String> mentioned, Statement body) {
        Macro in(Scope scope, String name) {
            return new Macro(name, parameters, mentioned, body, scope);
        }
    }

    private Definition definition(List<Macro.Parameter> parameters, String end) {
        Set<String> outer = tokens.mentioned(new HashSet<>());
        Statement body = statements.bodyUntil(end);
        Set<String> mentioned = tokens.mentioned(outer);
        outer.addAll(mentioned);
        return new Definition(parameters, mentioned, body);
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
        Definition caller = definition(parameters, "endcall");
        Expression called = function;
        return StatementParser.print(scope -> {
            Arguments given = arguments.evaluate(scope);
            Map<String, Object> named = new LinkedHashMap<>(given.named());
            named.put("caller", caller.in(scope, "None"));
            return Calls.call(scope, called.evaluate(scope), new Arguments(given.positional(), named));
        });
    }

    private List<Macro.Parameter> parameters() {
        List<Macro.Parameter> parameters = new ArrayList<>();
        tokens.expectOperator("(");
        tokens.items(")", () -> parameters.add(parameter(parameters)));
        return parameters;
    }

    private Macro.Parameter parameter(List<Macro.Parameter> before) {
        String name = tokens.expectTarget();
        if (before.stream().anyMatch(each -> each.name().equals(name))) {
            throw tokens.failure("expected one parameter " + name);
        }
        if (tokens.skipOperator("=")) {
            return new Macro.Parameter(name, statements.unconditional(expressions::parse), true);
        }
        if (!before.isEmpty() && before.getLast().optional()) {
            throw tokens.failure("expected a default: parameters without one come first");
        }
        return new Macro.Parameter(name, scope -> new Undefined("parameter '" + name + "' was not provided"), false);
    }
}
