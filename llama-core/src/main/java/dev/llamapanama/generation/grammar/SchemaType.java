// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The types of JSON Schema. Whole numbers are of two of them. */
enum SchemaType {
    OBJECT,
    ARRAY,
    STRING,
    NUMBER,
    INTEGER,
    BOOLEAN,
    NULL;

    /** The types that a name stands for. */
    static Set<SchemaType> named(SchemaSite site, JsonNode name) {
        for (SchemaType type : values()) {
            if (name.isString() && type.name().toLowerCase(Locale.ROOT).equals(name.stringValue())) {
                return type == NUMBER ? EnumSet.of(NUMBER, INTEGER) : EnumSet.of(type);
            }
        }
        throw site.refuse("type", name, "object, array, string, number, integer, boolean or null");
    }

    /** The types that a schema permits by its keyword {@code type} alone. */
    static Set<SchemaType> of(SchemaSite site) {
        JsonNode type = site.get("type");
        if (type == null) {
            return EnumSet.allOf(SchemaType.class);
        }
        if (!type.isArray()) {
            return named(site, type);
        }
        Set<SchemaType> types = EnumSet.noneOf(SchemaType.class);
        type.values().forEach(name -> types.addAll(named(site, name)));
        return types;
    }

    /** The narrowest type of a value. */
    static SchemaType of(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> OBJECT;
            case ARRAY -> ARRAY;
            case STRING -> STRING;
            case BOOLEAN -> BOOLEAN;
            case NUMBER -> isWhole(value.decimalValue()) ? INTEGER : NUMBER;
            default -> NULL;
        };
    }

    static boolean isWhole(BigDecimal number) {
        return number.signum() == 0 || number.stripTrailingZeros().scale() <= 0;
    }
}
