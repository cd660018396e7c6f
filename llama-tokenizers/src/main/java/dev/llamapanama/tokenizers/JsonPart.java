// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON file, whose fields are asked for by type; an error names the file and the way to the field. A
 * field that is null counts as absent.
 */
record JsonPart(String source, String path, Map<String, @Nullable Object> fields) {
    private static final int LONGEST_QUOTE = 80;

    boolean has(String name) {
        return fields.get(name) != null;
    }

    /** The text of a field, or null where there is none. */
    @Nullable
    String text(String name) {
        return valueOf(name, String.class, "text");
    }

    /** The text of a field that must be there. */
    String required(String name) {
        String text = text(name);
        if (text == null) {
            throw refuse(name, "text");
        }
        return text;
    }

    /** The text of a field, or {@code nothing}. */
    String words(String name) {
        String text = text(name);
        return text == null ? "nothing" : text;
    }

    boolean flag(String name, boolean otherwise) {
        Boolean value = valueOf(name, Boolean.class, "true or false");
        return value == null ? otherwise : value;
    }

    /** A whole number ≥ 0. */
    int count(String name) {
        if (fields.get(name) instanceof Integer value && value >= 0) {
            return value;
        }
        throw refuse(name, "a whole number from 0 to " + Integer.MAX_VALUE);
    }

    /** The object of a field, or null where there is none. */
    @Nullable
    JsonPart part(String name) {
        Object value = fields.get(name);
        return value == null ? null : part(name, value);
    }

    /** The objects of a list; none where there is no list. */
    List<JsonPart> parts(String name) {
        List<?> list = valueOf(name, List.class, "a list");
        if (list == null) {
            return List.of();
        }
        List<JsonPart> parts = new ArrayList<>(list.size());
        for (Object each : list) {
            parts.add(part(name + "[" + parts.size() + "]", each));
        }
        return parts;
    }

    /** Names of all fields. */
    Collection<String> names() {
        return fields.keySet();
    }

    /** Whether a field holds a list. */
    boolean isList(String name) {
        return fields.get(name) instanceof List;
    }

    /** Whether a field holds an object. */
    boolean isObject(String name) {
        return fields.get(name) instanceof Map;
    }

    /** The error for a field. */
    TokenizerException refuse(String name, String expected) {
        return refuse(name, fields.get(name), expected);
    }

    private TokenizerException refuse(String name, @Nullable Object value, String expected) {
        return new TokenizerException(source, path + name, quote(value), expected);
    }

    @SuppressWarnings("unchecked") // Names of JSON objects are text.
    private JsonPart part(String name, @Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return new JsonPart(source, path + name + ".", (Map<String, @Nullable Object>) object);
        }
        throw refuse(name, value, "an object");
    }

    private <T> @Nullable T valueOf(String name, Class<T> type, String expected) {
        Object value = fields.get(name);
        if (value != null && !type.isInstance(value)) {
            throw refuse(name, expected);
        }
        return type.cast(value);
    }

    private static String quote(@Nullable Object value) {
        String text = value == null ? "nothing" : value instanceof String ? "\"" + value + '"' : value.toString();
        return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "…" : text;
    }
}
