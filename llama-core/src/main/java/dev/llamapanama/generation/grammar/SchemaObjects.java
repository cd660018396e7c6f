// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import dev.llamapanama.generation.grammar.Expression.Choice;
import dev.llamapanama.generation.grammar.Expression.Reference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Objects of a schema: named properties in its order, then others. A name isn't given twice, but for others among themselves, of which a
 * grammar can't know; so at most one of them counts for {@code minProperties}.
 */
final class SchemaObjects {
    /** Sets of patterns that a name may match are twice as many for each. */
    private static final int MAX_PATTERNS = 4;

    private final SchemaCompiler compiler;
    private final SchemaConjunction conjunction;
    private final SchemaProperties properties;
    private final int min;
    private final int max;
    /** Members need no exact count above this. */
    private final int cap;

    SchemaObjects(SchemaCompiler compiler, SchemaConjunction conjunction) {
        this.compiler = compiler;
        this.conjunction = conjunction;
        properties = SchemaProperties.of(conjunction);
        min = conjunction.atLeast("minProperties");
        max = conjunction.atMost("maxProperties");
        cap = min <= 1 && max == Expression.UNBOUNDED ? 1 : properties.names().size();
        if (min > properties.names().size() + 1) {
            throw conjunction
                    .with("minProperties")
                    .findFirst()
                    .orElseThrow()
                    .refuse("minProperties", min, "at most one more than there are named properties");
        }
    }

    Expression expression() {
        List<String> names = List.copyOf(properties.names());
        Reference others = compiler.rule(conjunction.place() + " other", others());
        List<Expression> rest = new ArrayList<>();
        for (int members = 0; members <= Math.min(cap, names.size()); members++) {
            rest.add(end(members, others));
        }
        for (int i = names.size() - 1; i >= 0; i--) {
            rest = before(names.get(i), rest, Math.min(i, cap));
        }
        return JsonRules.inBraces(rest.getFirst());
    }

    /** What may come from a property on, by the number of members before it. */
    private List<Expression> before(String name, List<Expression> rest, int most) {
        Expression member = Expression.sequence(
                Expression.text(compiler.json(name)), JsonRules.COLON, compiler.valueOf(properties.valueOf(name)));
        List<Expression> here = new ArrayList<>();
        for (int members = 0; members <= most; members++) {
            Expression following = rest.get(Math.min(members + 1, rest.size() - 1));
            Expression with =
                    members == max ? Expression.NOTHING : Expression.sequence(separator(members), member, following);
            Expression without = properties.required().contains(name) ? Expression.NOTHING : rest.get(members);
            here.add(compiler.rule(conjunction.place() + " from " + name, Expression.choice(with, without)));
        }
        return here;
    }

    private static Expression separator(int members) {
        return members == 0 ? Expression.EMPTY : JsonRules.COMMA;
    }

    private Expression end(int members, Reference others) {
        int least = Math.max(min - members, 0);
        if (least > 1 || members > max) {
            return Expression.NOTHING;
        }
        int most = max == Expression.UNBOUNDED ? max : max - members;
        return members == 0 ? JsonRules.list(others, least, most) : JsonRules.following(others, least, most);
    }

    /** A member whose name is none of those that are spoken of. */
    private Expression others() {
        List<String> patterns = List.copyOf(properties.patterns().keySet());
        if (patterns.size() > MAX_PATTERNS) {
            throw conjunction
                    .with("patternProperties")
                    .findFirst()
                    .orElseThrow()
                    .refuse("patternProperties", patterns.size() + " patterns", "at most " + MAX_PATTERNS);
        }
        if (patterns.isEmpty() && properties.names().isEmpty()) {
            return member(compiler.json().string(), Set.of());
        }
        List<Expression> members = new ArrayList<>();
        for (int bits = 0; bits < 1 << patterns.size(); bits++) {
            Set<String> matched = new LinkedHashSet<>();
            for (int i = 0; i < patterns.size(); i++) {
                if ((bits >> i & 1) == 1) {
                    matched.add(patterns.get(i));
                }
            }
            Network names = namesMatching(matched);
            if (!names.isEmpty()) {
                members.add(member(JsonRules.string(names), matched));
            }
        }
        return new Choice(members);
    }

    private Expression member(Expression name, Set<String> matched) {
        return Expression.sequence(name, JsonRules.COLON, compiler.valueOf(properties.valueMatching(matched)));
    }

    private Network namesMatching(Set<String> matched) {
        String place = conjunction.place();
        Network names = Network.allExcept(properties.names());
        for (Map.Entry<String, Network> pattern : properties.patterns().entrySet()) {
            Network own = pattern.getValue();
            names = names.and(matched.contains(pattern.getKey()) ? own : own.complement(place), place);
        }
        return names;
    }
}
