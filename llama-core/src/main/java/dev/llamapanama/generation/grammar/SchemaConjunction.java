// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.EnumSet;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Schemas without references or alternatives of which a value has to satisfy each. */
record SchemaConjunction(Set<SchemaSite> sites) {

    /** The types that all permit. */
    Set<SchemaType> types() {
        Set<SchemaType> types = EnumSet.allOf(SchemaType.class);
        sites.forEach(site -> types.retainAll(SchemaType.of(site)));
        return types;
    }

    /** The greatest of lower limits; 0 where there is none. */
    int atLeast(String keyword) {
        return counts(keyword).max().orElse(0);
    }

    /** The least of upper limits; {@link Expression#UNBOUNDED} where there is none. */
    int atMost(String keyword) {
        return counts(keyword).min().orElse(Expression.UNBOUNDED);
    }

    private IntStream counts(String keyword) {
        return sites.stream().map(site -> site.count(keyword)).flatMapToInt(OptionalInt::stream);
    }

    boolean has(String keyword) {
        return sites.stream().anyMatch(site -> site.has(keyword));
    }

    /** The schemas that have a keyword. */
    Stream<SchemaSite> with(String keyword) {
        return sites.stream().filter(site -> site.has(keyword));
    }

    /** Where to say that something is wrong. */
    String place() {
        return sites.stream().map(Objects::toString).findFirst().orElse("#");
    }
}
