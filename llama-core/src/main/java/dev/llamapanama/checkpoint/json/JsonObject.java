// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.json;

import dev.llamapanama.checkpoint.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An object of a JSON file, whose fields are asked for by type; an error names the file and the way to the field. A field that is null counts as absent. */
public final class JsonObject {
    private final Path file;
    private final String path;
    private final ObjectNode node;

    JsonObject(Path file, String path, ObjectNode node) {
        this.file = file;
        this.path = path;
        this.node = node;
    }

    /** Names of its fields in file order. */
    public Set<String> names() {
        return new LinkedHashSet<>(node.propertyNames());
    }

    /** Whether there is such a field. */
    public boolean has(String name) {
        return get(name) != null;
    }

    public int integer(String name) {
        return (int) whole(name, required(name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    public int integer(String name, int otherwise) {
        return has(name) ? integer(name) : otherwise;
    }

    public double number(String name) {
        JsonNode value = required(name);
        if (!value.isNumber()) {
            throw refuse(name, "a number");
        }
        return value.asDouble();
    }

    public double number(String name, double otherwise) {
        return has(name) ? number(name) : otherwise;
    }

    public boolean flag(String name, boolean otherwise) {
        JsonNode value = get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw refuse(name, "true or false");
        }
        return value.asBoolean();
    }

    public @Nullable String text(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (!value.isString()) {
            throw refuse(name, "text");
        }
        return value.asString();
    }

    public @Nullable JsonObject object(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof ObjectNode object) {
            return new JsonObject(file, path + name + ".", object);
        }
        throw refuse(name, "an object");
    }

    public JsonObject requiredObject(String name) {
        JsonObject object = object(name);
        if (object == null) {
            throw refuse(name, "an object");
        }
        return object;
    }

    /** A list of whole numbers, or one; empty where there is none. */
    public List<Long> wholes(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            return List.of(whole(name, value, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        List<Long> wholes = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            wholes.add(whole(name, each, Long.MIN_VALUE, Long.MAX_VALUE));
        }
        return wholes;
    }

    /** A list of text; empty where there is none. */
    public List<String> texts(String name) {
        JsonNode value = get(name);
        if (value == null) {
            return List.of();
        }
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode each : value) {
            if (!each.isString()) {
                throw refuse(name, "a list of text");
            }
            texts.add(each.asString());
        }
        if (!value.isArray()) {
            throw refuse(name, "a list of text");
        }
        return texts;
    }

    /** All fields as boxed numbers, booleans, strings, lists and maps of these. */
    public Map<String, Object> plain() {
        Map<String, Object> plain = new LinkedHashMap<>();
        node.properties().forEach(field -> {
            if (!field.getValue().isNull()) {
                plain.put(field.getKey(), plain(field.getValue()));
            }
        });
        return plain;
    }

    private Object plain(JsonNode value) {
        if (value instanceof ObjectNode object) {
            return new JsonObject(file, path, object).plain();
        }
        if (value.isArray()) {
            List<Object> list = new ArrayList<>(value.size());
            value.forEach(each -> list.add(each.isNull() ? "null" : plain(each)));
            return list;
        }
        if (value.isNumber()) {
            return value.numberValue();
        }
        return value.isBoolean() ? value.asBoolean() : value.asString();
    }

    /** The error for a field. */
    public CheckpointException refuse(String name, String expected) {
        return new CheckpointException(file, path + name, get(name) == null ? "nothing" : words(get(name)), expected);
    }

    private static String words(@Nullable JsonNode value) {
        String text = String.valueOf(value);
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    static String kind(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private long whole(String name, JsonNode value, long least, long most) {
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < least || value.asLong() > most) {
            throw new CheckpointException(
                    file, path + name, words(value), "a whole number from " + least + " to " + most);
        }
        return value.asLong();
    }

    private JsonNode required(String name) {
        JsonNode value = get(name);
        if (value == null) {
            throw new CheckpointException(file, path + name, "nothing", "a value");
        }
        return value;
    }

    private @Nullable JsonNode get(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
