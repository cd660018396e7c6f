// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import dev.llamapanama.tokenizers.jinja.Statement.Flow;
import dev.llamapanama.tokenizers.jinja.Token.Kind;
import java.util.HashMap;
import java.util.Map;

/** A block, which here only gives its content, and what loads other templates, of which there are none. */
record BlockParser(
        TokenStream tokens, ExpressionParser expressions, StatementParser statements, Map<String, Statement> blocks) {
    BlockParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements) {
        this(tokens, expressions, statements, new HashMap<>());
    }

    Statement block() {
        String name = tokens.expect(Kind.NAME).text();
        if (blocks.containsKey(name)) {
            throw tokens.failure("expected one block '" + name + "'");
        }
        boolean scoped = tokens.skipName("scoped");
        tokens.skipName("required");
        blocks.put(name, (scope, output) -> Flow.GO_ON);
        Statement body = statements.bodyUntil("endblock");
        tokens.skipName(name);
        blocks.put(name, body);
        return (scope, output) -> {
            Scope around = scoped ? scope : scope.root();
            return body.execute(inside(around), output);
        };
    }

    private static Scope inside(Scope around) {
        Scope inner = around.inner();
        inner.set("super", new Undefined("there is no parent block"));
        return inner;
    }

    /** What {@code self} gives for a name: the block as a function. */
    Namespace self(Scope scope) {
        Namespace self = new Namespace();
        blocks.forEach((name, body) ->
                self.set(name, (Function) (rendering, arguments) -> Capture.value(body, inside(scope.root()))));
        return self;
    }

    /** {@code include}, {@code import}, {@code from}, {@code extends}: an error where it is executed. */
    Statement load(String tag) {
        expressions.parse();
        while (!tokens.current().is(Kind.TAG_END)) {
            if (tokens.current().is(Kind.END)) {
                throw tokens.failure("expected the end of the tag");
            }
            tokens.next();
        }
        return (scope, output) -> {
            throw new JinjaException(tag + ": found another template, expected none: there is nothing to load it from");
        };
    }
}
