// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Arrays of a schema. */
final class SchemaArrays {
    private final SchemaCompiler compiler;
    private final SchemaConjunction conjunction;
    private final int min;
    private final int max;

    SchemaArrays(SchemaCompiler compiler, SchemaConjunction conjunction) {
        this.compiler = compiler;
        this.conjunction = conjunction;
        min = conjunction.atLeast("minItems");
        max = conjunction.atMost("maxItems");
    }

    Expression expression() {
        int ordered = conjunction
                .with("prefixItems")
                .mapToInt(site -> site.list("prefixItems").size())
                .max()
                .orElse(0);
        Reference rest = compiler.valueOf(itemsAt(ordered));
        if (ordered == 0) {
            return JsonRules.inBrackets(JsonRules.list(rest, min, max));
        }
        Expression items = max < ordered
                ? (max < min ? Expression.NOTHING : Expression.EMPTY)
                : JsonRules.following(
                        rest, Math.max(min - ordered, 0), max == Expression.UNBOUNDED ? max : max - ordered);
        for (int i = Math.min(ordered, max) - 1; i >= 0; i--) {
            items = compiler.rule(conjunction.place() + " item", element(i, items));
        }
        return JsonRules.inBrackets(items);
    }

    /** An item and what follows it, or the end. */
    private Expression element(int index, Expression following) {
        Expression separator = index == 0 ? Expression.EMPTY : JsonRules.COMMA;
        Expression some = Expression.sequence(separator, compiler.valueOf(itemsAt(index)), following);
        return index < min ? some : Expression.optional(some);
    }

    private Set<SchemaSite> itemsAt(int index) {
        Set<SchemaSite> schemas = new LinkedHashSet<>();
        for (SchemaSite site : conjunction.sites()) {
            List<SchemaSite> ordered = site.schemas("prefixItems");
            SchemaSite items = index < ordered.size() ? ordered.get(index) : site.schema("items");
            if (items != null) {
                schemas.add(items);
            }
        }
        return schemas;
    }
}
