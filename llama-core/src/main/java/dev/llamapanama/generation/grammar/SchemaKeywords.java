// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What is known of each keyword: no other is let pass, because it might mean something. */
final class SchemaKeywords {
    /** Say nothing of what is valid, or do so by other keywords only. */
    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly",
            "contentMediaType",
            "contentEncoding",
            "contentSchema");

    private static final Set<String> HONOURED = Set.of(
            "$ref",
            "allOf",
            "anyOf",
            "oneOf",
            "type",
            "enum",
            "const",
            "minLength",
            "maxLength",
            "pattern",
            "format",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "minProperties",
            "maxProperties",
            "prefixItems",
            "items",
            "minItems",
            "maxItems");

    private SchemaKeywords() {}

    static void check(SchemaSite site) {
        for (String keyword : site.keywords()) {
            boolean known = ANNOTATIONS.contains(keyword) || HONOURED.contains(keyword) || keyword.startsWith("x-");
            if (!known && !saysNothing(site, keyword)) {
                throw site.refuse(keyword, "'" + keyword + "', which is not supported", "other keywords");
            }
        }
        if (site.has("$id") && !site.pointer().equals("#")) {
            throw site.refuse("$id", "a schema with an address of its own", "one at the top only");
        }
        JsonNode items = site.get("items");
        if (items != null && items.isArray()) {
            throw site.refuse("items", "an array", "'prefixItems', which it is called since draft 2020-12");
        }
    }

    private static boolean saysNothing(SchemaSite site, String keyword) {
        JsonNode value = site.get(keyword);
        return switch (keyword) {
            case "uniqueItems" -> value != null && value.isBoolean() && !value.booleanValue();
            case "unevaluatedProperties", "unevaluatedItems", "propertyNames" ->
                value != null && value.isBoolean() && value.booleanValue();
            default -> false;
        };
    }
}
