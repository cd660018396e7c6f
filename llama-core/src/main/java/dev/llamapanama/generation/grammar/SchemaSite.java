// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A schema within a document. Two are equal if they stand at the same place. */
final class SchemaSite {
    private static final int MAX_DIGITS = 100;

    private final String pointer;
    private final JsonNode node;

    SchemaSite(String pointer, JsonNode node) {
        this.pointer = pointer;
        this.node = node;
        if (!node.isObject() && !node.isBoolean()) {
            throw new GrammarException(pointer, node.getNodeType(), "a schema: an object, true or false");
        }
    }

    String pointer() {
        return pointer;
    }

    /** The place of a keyword. */
    String pointer(String keyword) {
        return pointer + "/" + escaped(keyword);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    boolean isBoolean() {
        return node.isBoolean();
    }

    boolean isFalse() {
        return node.isBoolean() && !node.booleanValue();
    }

    Iterable<String> keywords() {
        return node.propertyNames();
    }

    boolean has(String keyword) {
        return node.has(keyword);
    }

    @Nullable
    JsonNode get(String keyword) {
        return node.get(keyword);
    }

    GrammarException refuse(String keyword, Object found, String expected) {
        return new GrammarException(pointer(keyword), found, expected);
    }

    /** The schema that a keyword holds. */
    @Nullable
    SchemaSite schema(String keyword) {
        JsonNode value = node.get(keyword);
        return value == null ? null : new SchemaSite(pointer(keyword), value);
    }

    /** The schemas of an array. */
    List<SchemaSite> schemas(String keyword) {
        List<SchemaSite> schemas = new ArrayList<>();
        for (JsonNode each : list(keyword)) {
            schemas.add(new SchemaSite(pointer(keyword) + "/" + schemas.size(), each));
        }
        return schemas;
    }

    /** The elements of an array; none where there is no such keyword. */
    List<JsonNode> list(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            throw refuse(keyword, value.getNodeType(), "an array");
        }
        return List.copyOf(value.values());
    }

    /** The schemas of an object, in its order. */
    Map<String, SchemaSite> schemasByName(String keyword) {
        Map<String, SchemaSite> schemas = new LinkedHashMap<>();
        JsonNode value = node.get(keyword);
        if (value == null) {
            return schemas;
        }
        if (!value.isObject()) {
            throw refuse(keyword, value.getNodeType(), "an object");
        }
        value.forEachEntry(
                (name, each) -> schemas.put(name, new SchemaSite(pointer(keyword) + "/" + escaped(name), each)));
        return schemas;
    }

    @Nullable
    String text(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw refuse(keyword, value.getNodeType(), "a string");
        }
        return value.stringValue();
    }

    OptionalInt count(String keyword) {
        BigDecimal value = number(keyword);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (value.signum() < 0 || value.stripTrailingZeros().scale() > 0) {
            throw refuse(keyword, value, "a whole number, 0 or more");
        }
        return OptionalInt.of(
                value.min(BigDecimal.valueOf(Integer.MAX_VALUE - 1)).intValue());
    }

    @Nullable
    BigDecimal number(String keyword) {
        JsonNode value = node.get(keyword);
        if (value == null) {
            return null;
        }
        if (!value.isNumber()) {
            throw refuse(keyword, value.getNodeType(), "a number");
        }
        BigDecimal number = value.decimalValue();
        if (number.precision() > MAX_DIGITS || Math.abs(number.scale()) > MAX_DIGITS) {
            throw refuse(keyword, "a number of many digits", "at most " + MAX_DIGITS);
        }
        return number;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SchemaSite site && pointer.equals(site.pointer);
    }

    @Override
    public int hashCode() {
        return pointer.hashCode();
    }

    @Override
    public String toString() {
        return pointer;
    }
}
