// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An object of a JSON file, whose fields are asked for by type; an error names the file and the way to the field. A
 * field that is null counts as absent.
 */
record JsonPart(String source, String path, ObjectNode node) {
    private static final int LONGEST_QUOTE = 80;

    boolean has(String name) {
        return get(name) != null;
    }

    /** The text of a field, or null where there is none. */
    @Nullable
    String text(String name) {
        JsonNode value = get(name);
        Require.that(value == null || value.isString(), source, path + name, quote(value), "text");
        return value == null ? null : value.asString();
    }

    /** The text of a field, or {@code nothing}. */
    String words(String name) {
        String text = text(name);
        return text == null ? "nothing" : text;
    }

    boolean flag(String name, boolean otherwise) {
        JsonNode value = get(name);
        Require.that(value == null || value.isBoolean(), source, path + name, quote(value), "true or false");
        return value == null ? otherwise : value.asBoolean();
    }

    /** A whole number ≥ 0. */
    int count(String name) {
        JsonNode value = get(name);
        boolean count = value != null && value.isInt() && value.asInt() >= 0;
        Require.that(count, source, path + name, quote(value), "a whole number from 0 to " + Integer.MAX_VALUE);
        return value == null ? 0 : value.asInt();
    }

    /** The object of a field, or null where there is none. */
    @Nullable
    JsonPart part(String name) {
        JsonNode value = get(name);
        return value == null ? null : part(name, value);
    }

    /** The objects of a list; none where there is no list. */
    List<JsonPart> parts(String name) {
        JsonNode list = get(name);
        if (list == null) {
            return List.of();
        }
        Require.that(list.isArray(), source, path + name, quote(list), "a list");
        List<JsonPart> parts = new ArrayList<>(list.size());
        for (JsonNode each : list) {
            parts.add(part(name + "[" + parts.size() + "]", each));
        }
        return parts;
    }

    /** Names of all fields. */
    Collection<String> names() {
        return node.propertyNames();
    }

    /** Whether a field holds a list. */
    boolean isList(String name) {
        JsonNode value = get(name);
        return value != null && value.isArray();
    }

    /** Whether a field holds an object. */
    boolean isObject(String name) {
        return get(name) instanceof ObjectNode;
    }

    /** The error for a field. */
    TokenizerException refuse(String name, String expected) {
        return new TokenizerException(source, path + name, quote(get(name)), expected);
    }

    private JsonPart part(String name, JsonNode value) {
        if (value instanceof ObjectNode object) {
            return new JsonPart(source, path + name + ".", object);
        }
        throw new TokenizerException(source, path + name, quote(value), "an object");
    }

    private @Nullable JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }

    private static String quote(@Nullable JsonNode value) {
        String text = value == null ? "nothing" : value.toString();
        return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    }
}
