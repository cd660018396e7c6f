// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Proves that no value satisfies two alternatives of {@code oneOf}: by types, by the values of enumerations, by ranges of numbers, by strings
 * of which none matches both, by a required property that excludes the other. Where it can't, the schema is refused.
 */
final class SchemaExclusion {
    private static final int MAX_DEPTH = 3;

    private final SchemaAlternatives alternatives;

    SchemaExclusion(SchemaDocument document) {
        alternatives = new SchemaAlternatives(document, false); // what is within is proved where it is used
    }

    void require(String pointer, List<List<Set<SchemaSite>>> options) {
        for (int first = 0; first < options.size(); first++) {
            for (int second = first + 1; second < options.size(); second++) {
                if (!disjoint(conjunctions(options.get(first)), conjunctions(options.get(second)), 0)) {
                    throw new GrammarException(
                            pointer,
                            "alternatives " + first + " and " + second + ", which a value might both satisfy",
                            "alternatives that exclude each other, or 'anyOf'");
                }
            }
        }
    }

    private static List<SchemaConjunction> conjunctions(List<Set<SchemaSite>> sites) {
        return sites.stream().map(SchemaConjunction::new).toList();
    }

    private boolean disjoint(List<SchemaConjunction> some, List<SchemaConjunction> others, int depth) {
        return some.stream().allMatch(one -> others.stream().allMatch(other -> disjoint(one, other, depth)));
    }

    private boolean disjoint(SchemaConjunction one, SchemaConjunction other, int depth) {
        if (SchemaValues.areListed(one)) {
            return SchemaValues.listed(one).stream().noneMatch(value -> SchemaValues.mayAdmit(other, value));
        }
        if (SchemaValues.areListed(other)) {
            return disjoint(other, one, depth);
        }
        Set<SchemaType> common = one.types();
        common.retainAll(other.types());
        return common.stream().allMatch(type -> disjoint(type, one, other, depth));
    }

    private boolean disjoint(SchemaType type, SchemaConjunction one, SchemaConjunction other, int depth) {
        return switch (type) {
            case INTEGER, NUMBER -> SchemaNumbers.range(one).isApartFrom(SchemaNumbers.range(other));
            case STRING ->
                SchemaStrings.network(one)
                        .and(SchemaStrings.network(other), one.place())
                        .isEmpty();
            case OBJECT -> depth < MAX_DEPTH && distinguished(one, other, depth);
            case ARRAY, BOOLEAN, NULL -> false;
        };
    }

    private boolean distinguished(SchemaConjunction one, SchemaConjunction other, int depth) {
        SchemaProperties first = SchemaProperties.of(one);
        SchemaProperties second = SchemaProperties.of(other);
        Set<String> names = new TreeSet<>(first.required());
        names.addAll(second.required());
        for (String name : names) {
            List<SchemaConjunction> values = alternatives.of(first.valueOf(name));
            List<SchemaConjunction> otherValues = alternatives.of(second.valueOf(name));
            boolean here = first.required().contains(name) || values.isEmpty();
            boolean there = second.required().contains(name) || otherValues.isEmpty();
            if (here && there && disjoint(values, otherValues, depth + 1)) {
                return true;
            }
        }
        return false;
    }
}
