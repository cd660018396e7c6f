// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON values as plain Java: maps in their order, lists, text, numbers, booleans and null. */
public final class JsonValues {
    private static final int DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonValues() {}

    /**
     * The value of JSON text, immutable.
     *
     * @throws ChatException where the text is not JSON, or nested deeper than 64
     */
    public static @Nullable Object read(String json) {
        try {
            return copy(MAPPER.readValue(json, Object.class));
        } catch (JacksonException e) {
            // What the library says of where a bracket was opened is of no use without its text.
            String what = e.getOriginalMessage().replaceFirst(" \\(start marker at .*", "");
            TokenStreamLocation at = e.getLocation();
            String where = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw new ChatException("JSON: " + where + what, e);
        }
    }

    /** Compact JSON text of a value. */
    public static String write(@Nullable Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /**
     * An immutable copy.
     *
     * @throws ChatException where the value is none that JSON has, or nested deeper than 64
     */
    public static @Nullable Object copy(@Nullable Object value) {
        return copy(value, 0);
    }

    /**
     * An immutable copy of an object.
     *
     * @throws ChatException where a value is none that JSON has, or nested deeper than 64
     */
    public static Map<String, @Nullable Object> copyObject(Map<?, ?> object) {
        return copyObject(object, 0);
    }

    /** An object of names and values in turn; templates may print it in this order, which {@code Map.of} doesn't keep. */
    static Map<String, @Nullable Object> ordered(Object... namesAndValues) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    /** The value as an object if it is one, else an empty one. */
    static Map<String, @Nullable Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? copyObject(map) : Map.of();
    }

    private static @Nullable Object copy(@Nullable Object value, int depth) {
        if (depth > DEPTH) {
            throw new ChatException("JSON value: found more than " + DEPTH + " levels, expected fewer");
        }
        return switch (value) {
            case Map<?, ?> map -> copyObject(map, depth);
            case List<?> list -> copyList(list, depth);
            case String _, Boolean _, Integer _, Long _, Double _, Float _, BigInteger _, BigDecimal _ -> value;
            case null -> null;
            default ->
                throw new ChatException("JSON value: found a "
                        + value.getClass().getName() + ", expected a map, list, text, number, boolean or null");
        };
    }

    private static List<@Nullable Object> copyList(List<?> list, int depth) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        for (Object each : list) {
            copy.add(copy(each, depth + 1));
        }
        return Collections.unmodifiableList(copy);
    }

    private static Map<String, @Nullable Object> copyObject(Map<?, ?> map, int depth) {
        Map<String, @Nullable Object> copy = LinkedHashMap.newLinkedHashMap(map.size());
        map.forEach((key, value) -> {
            if (!(key instanceof String name)) {
                throw new ChatException("JSON value: found the key " + key + ", expected text");
            }
            copy.put(name, copy(value, depth + 1));
        });
        return Collections.unmodifiableMap(copy);
    }
}
