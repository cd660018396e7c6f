// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Statement.Flow;
import java.util.Set;

/** {@code set}: of a value, or of what stands up to {@code endset}. */
record AssignmentParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements) {

    Statement parse() {
        Target target = Target.parse(tokens, Set.of());
        if (tokens.skipOperator("=")) {
            return assignment(target, expressions.parseTuple());
        }
        Expression[] text = {scope -> ""};
        Expression value = statements.filters(scope -> text[0].evaluate(scope));
        Statement body = statements.bodyUntil("endset");
        text[0] = scope -> Capture.value(body, scope.inner());
        return assignment(target, value);
    }

    private static Statement assignment(Target target, Expression value) {
        return (scope, output) -> {
            target.assign(scope, value.evaluate(scope));
            return Flow.GO_ON;
        };
    }
}
