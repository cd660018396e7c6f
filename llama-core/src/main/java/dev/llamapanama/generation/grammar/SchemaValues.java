// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Values that {@code enum} and {@code const} list, and which of them the other keywords let stand. */
final class SchemaValues {
    private static final List<String> OF_ARRAYS = List.of("items", "prefixItems", "minItems", "maxItems");
    private static final List<String> OF_OBJECTS = List.of(
            "properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties");

    private SchemaValues() {}

    static boolean areListed(SchemaConjunction conjunction) {
        return conjunction.has("enum") || conjunction.has("const");
    }

    /** The values that are listed and satisfy the conjunction. */
    static List<JsonNode> listed(SchemaConjunction conjunction) {
        List<JsonNode> values = new ArrayList<>();
        conjunction
                .with("const")
                .findFirst()
                .ifPresentOrElse(
                        site -> values.addAll(listed(site)),
                        () -> conjunction.with("enum").findFirst().ifPresent(site -> values.addAll(listed(site))));
        values.removeIf(value -> !mayAdmit(conjunction, value));
        for (JsonNode value : values) {
            refuseUndecided(conjunction, value);
        }
        return values;
    }

    private static Collection<JsonNode> listed(SchemaSite site) {
        JsonNode constant = site.get("const");
        return constant != null ? List.of(constant) : site.list("enum");
    }

    private static void refuseUndecided(SchemaConjunction conjunction, JsonNode value) {
        List<String> keywords = value.isArray() ? OF_ARRAYS : value.isObject() ? OF_OBJECTS : List.of();
        for (String keyword : keywords) {
            conjunction.with(keyword).findFirst().ifPresent(site -> {
                throw site.refuse(keyword, "'" + keyword + "' beside a list of values", "one of them");
            });
        }
    }

    /** Whether a value satisfies a conjunction; arrays and objects may, whatever it says of what is in them. */
    static boolean mayAdmit(SchemaConjunction conjunction, JsonNode value) {
        boolean listed = conjunction.sites().stream().allMatch(site -> isListed(site, value));
        SchemaType type = SchemaType.of(value);
        return listed
                && conjunction.types().contains(type)
                && switch (type) {
                    case STRING -> SchemaStrings.admits(conjunction, value.stringValue());
                    case NUMBER, INTEGER -> SchemaNumbers.admits(conjunction, value.decimalValue());
                    case OBJECT, ARRAY, BOOLEAN, NULL -> true;
                };
    }

    private static boolean isListed(SchemaSite site, JsonNode value) {
        JsonNode constant = site.get("const");
        boolean constantEqual = constant == null || equal(constant, value);
        return constantEqual && (!site.has("enum") || site.list("enum").stream().anyMatch(each -> equal(each, value)));
    }

    /** As JSON Schema has it: numbers by their value, objects whatever their order. */
    static boolean equal(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return one.decimalValue().compareTo(other.decimalValue()) == 0;
        }
        if (one.getNodeType() != other.getNodeType() || one.size() != other.size()) {
            return false;
        }
        if (one.isArray()) {
            for (int i = 0; i < one.size(); i++) {
                if (!equal(one.get(i), other.get(i))) {
                    return false;
                }
            }
            return true;
        }
        return one.isObject() ? one.properties().stream().allMatch(entry -> equalIn(other, entry)) : one.equals(other);
    }

    private static boolean equalIn(JsonNode object, Map.Entry<String, JsonNode> entry) {
        JsonNode value = object.get(entry.getKey());
        return value != null && equal(value, entry.getValue());
    }
}
