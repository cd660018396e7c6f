// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.llamapanama.config.RopeScaling;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the commands print it: on one line, keys in the order of the record's components. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .addMixIn(RopeScaling.class, NamedScaling.class)
            .build();

    private static final String STRINGS = "a JSON array of strings";

    private Json() {}

    /** Tells the kinds of scaling apart. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = RopeScaling.None.class, name = "none"),
        @JsonSubTypes.Type(value = RopeScaling.Linear.class, name = "linear"),
        @JsonSubTypes.Type(value = RopeScaling.Llama3.class, name = "llama3"),
        @JsonSubTypes.Type(value = RopeScaling.Divisors.class, name = "divisors")
    })
    private interface NamedScaling {}

    static void print(PrintStream out, Object value) {
        MAPPER.writeValue(out, value);
        out.println();
    }

    /** Prints what is too large to be held as a value. */
    static void stream(PrintStream out, Consumer<JsonGenerator> content) {
        try (JsonGenerator generator = MAPPER.createGenerator(out)) {
            content.accept(generator);
        }
        out.println();
    }

    /**
     * The strings of an array of strings.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    static List<String> strings(String json) {
        try {
            JsonNode array = MAPPER.readTree(json);
            if (array.isArray() && array.valueStream().allMatch(JsonNode::isString)) {
                return array.valueStream().map(JsonNode::stringValue).toList();
            }
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "found no JSON (" + e.getOriginalMessage() + "), expected " + STRINGS, e);
        }
        throw new IllegalArgumentException("found something else, expected " + STRINGS);
    }
}
