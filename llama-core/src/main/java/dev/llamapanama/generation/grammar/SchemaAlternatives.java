// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Follows references, joins {@code allOf} and multiplies out alternatives: what is left are conjunctions, of which one has to hold. */
final class SchemaAlternatives {
    private static final int MAX_ALTERNATIVES = 1 << 10;
    private static final int MAX_PATH = 400;

    private final SchemaDocument document;
    private final boolean exclusive;
    /** Schemas that are being followed: meeting one again would never end. */
    private final Set<SchemaSite> path = new LinkedHashSet<>();

    /** @param exclusive whether to make sure that of {@code oneOf} no two can hold */
    SchemaAlternatives(SchemaDocument document, boolean exclusive) {
        this.document = document;
        this.exclusive = exclusive;
    }

    /** Of values that satisfy all of some schemas. */
    List<SchemaConjunction> of(Collection<SchemaSite> sites) {
        List<Set<SchemaSite>> all = List.of(Set.of());
        for (SchemaSite site : sites) {
            all = product(all, expand(site), site);
        }
        return all.stream().map(SchemaConjunction::new).toList();
    }

    private List<Set<SchemaSite>> expand(SchemaSite site) {
        if (site.isBoolean()) {
            return site.isFalse() ? List.of() : List.of(Set.of());
        }
        if (!path.add(site)) {
            throw new GrammarException(
                    site.pointer(), "a schema that is defined by itself", "one that comes to an end");
        }
        if (path.size() > MAX_PATH) {
            throw new GrammarException(site.pointer(), "more than " + MAX_PATH + " schemas that lead here", "fewer");
        }
        SchemaKeywords.check(site);
        List<Set<SchemaSite>> result = List.of(Set.of(site));
        SchemaSite target = document.referenced(site);
        if (target != null) {
            result = product(result, expand(target), site);
        }
        for (SchemaSite each : site.schemas("allOf")) {
            result = product(result, expand(each), site);
        }
        result = flat(options(site, "anyOf", result));
        List<List<Set<SchemaSite>>> options = options(site, "oneOf", result);
        if (exclusive) {
            new SchemaExclusion(document).require(site.pointer("oneOf"), options);
        }
        path.remove(site);
        return flat(options);
    }

    /** What holds with each of the alternatives. */
    private List<List<Set<SchemaSite>>> options(SchemaSite site, String keyword, List<Set<SchemaSite>> beside) {
        if (!site.has(keyword)) {
            return List.of(beside);
        }
        List<List<Set<SchemaSite>>> options = new ArrayList<>();
        for (SchemaSite option : site.schemas(keyword)) {
            options.add(product(beside, expand(option), site));
        }
        return options;
    }

    private static List<Set<SchemaSite>> flat(List<List<Set<SchemaSite>>> options) {
        return options.stream().flatMap(List::stream).distinct().toList();
    }

    private static List<Set<SchemaSite>> product(
            List<Set<SchemaSite>> first, List<Set<SchemaSite>> second, SchemaSite site) {
        if ((long) first.size() * second.size() > MAX_ALTERNATIVES) {
            throw new GrammarException(
                    site.pointer(), "more than " + MAX_ALTERNATIVES + " combinations of alternatives", "fewer");
        }
        Set<Set<SchemaSite>> pairs = new LinkedHashSet<>();
        for (Set<SchemaSite> one : first) {
            for (Set<SchemaSite> other : second) {
                Set<SchemaSite> both = new LinkedHashSet<>(one);
                both.addAll(other);
                pairs.add(both);
            }
        }
        return List.copyOf(pairs);
    }
}
