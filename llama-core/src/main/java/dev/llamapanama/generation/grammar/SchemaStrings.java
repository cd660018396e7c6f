// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Characters;
import dev.llamapanama.generation.grammar.Expression.Repeat;
import java.util.ArrayList;
import java.util.List;

/** Strings of a schema: how long they are, and what they match. */
final class SchemaStrings {
    private SchemaStrings() {}

    static Expression of(SchemaConjunction conjunction, JsonRules json) {
        int min = conjunction.atLeast("minLength");
        int max = conjunction.atMost("maxLength");
        if (!conditions(conjunction).isEmpty()) {
            return JsonRules.string(network(conjunction));
        }
        if (max < min) {
            return Expression.NOTHING;
        }
        return min == 0 && max == Expression.UNBOUNDED ? json.string() : json.string(min, max);
    }

    static boolean admits(SchemaConjunction conjunction, String text) {
        int length = text.codePointCount(0, text.length());
        return length >= conjunction.atLeast("minLength")
                && length <= conjunction.atMost("maxLength")
                && conditions(conjunction).stream().allMatch(condition -> condition.accepts(text));
    }

    /** All strings that satisfy the conjunction. */
    static Network network(SchemaConjunction conjunction) {
        int min = conjunction.atLeast("minLength");
        int max = conjunction.atMost("maxLength");
        String place = conjunction.place();
        List<Network> networks = conditions(conjunction);
        if (min > 0 || max < Expression.UNBOUNDED || networks.isEmpty()) {
            Expression any = new Characters(CodePoints.ALL);
            networks.add(Network.of(max < min ? Expression.NOTHING : new Repeat(any, min, max), place));
        }
        return networks.stream().reduce((one, other) -> one.and(other, place)).orElseThrow();
    }

    private static List<Network> conditions(SchemaConjunction conjunction) {
        List<Network> conditions = new ArrayList<>();
        for (SchemaSite site : conjunction.sites()) {
            String pattern = site.text("pattern");
            if (pattern != null) {
                String place = site.pointer("pattern");
                conditions.add(Network.of(RegexParser.found(place, pattern), place));
            }
            String format = site.text("format");
            Expression expression = format == null ? null : SchemaFormats.of(format, site.pointer("format"));
            if (expression != null) {
                conditions.add(Network.of(expression, site.pointer("format")));
            }
        }
        return conditions;
    }
}
