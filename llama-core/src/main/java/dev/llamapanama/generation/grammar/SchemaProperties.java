// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** What a conjunction says of the properties of objects. */
final class SchemaProperties {
    private final List<Part> parts = new ArrayList<>();
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> required = new LinkedHashSet<>();
    private final Map<String, Network> patterns = new LinkedHashMap<>();

    /** What one schema says. */
    private record Part(SchemaSite site, Map<String, SchemaSite> named, Map<String, SchemaSite> byPattern) {
        Set<SchemaSite> matching(Predicate<String> matches) {
            Set<SchemaSite> found = new LinkedHashSet<>();
            byPattern.forEach((pattern, schema) -> {
                if (matches.test(pattern)) {
                    found.add(schema);
                }
            });
            return found;
        }

        Set<SchemaSite> additional() {
            SchemaSite schema = site.schema("additionalProperties");
            return schema == null ? Set.of() : Set.of(schema);
        }
    }

    private SchemaProperties() {}

    static SchemaProperties of(SchemaConjunction conjunction) {
        SchemaProperties properties = new SchemaProperties();
        conjunction.sites().forEach(properties::add);
        properties.names.addAll(properties.required);
        return properties;
    }

    private void add(SchemaSite site) {
        Part part = new Part(site, site.schemasByName("properties"), site.schemasByName("patternProperties"));
        parts.add(part);
        names.addAll(part.named.keySet());
        for (JsonNode name : site.list("required")) {
            if (!name.isString()) {
                throw site.refuse("required", name, "strings");
            }
            required.add(name.stringValue());
        }
        for (String pattern : part.byPattern.keySet()) {
            String place = site.pointer("patternProperties");
            patterns.computeIfAbsent(pattern, text -> Network.of(RegexParser.found(place, text), place));
        }
    }

    /** Names that are spoken of, in the order of the schemas, then those that are only required. */
    Set<String> names() {
        return names;
    }

    Set<String> required() {
        return required;
    }

    /** What names of other properties may match, and how. */
    Map<String, Network> patterns() {
        return patterns;
    }

    /** The schemas that the value of a property has to satisfy. */
    Set<SchemaSite> valueOf(String name) {
        Set<SchemaSite> schemas = new LinkedHashSet<>();
        for (Part part : parts) {
            Set<SchemaSite> found = part.matching(pattern -> network(pattern).accepts(name));
            SchemaSite own = part.named.get(name);
            if (own != null) {
                found.add(own);
            }
            schemas.addAll(found.isEmpty() ? part.additional() : found);
        }
        return schemas;
    }

    /** The schemas for the values of properties without names that match some patterns and no others. */
    Set<SchemaSite> valueMatching(Set<String> matched) {
        Set<SchemaSite> schemas = new LinkedHashSet<>();
        for (Part part : parts) {
            Set<SchemaSite> found = part.matching(matched::contains);
            schemas.addAll(found.isEmpty() ? part.additional() : found);
        }
        return schemas;
    }

    private Network network(String pattern) {
        return Objects.requireNonNull(patterns.get(pattern));
    }
}
