// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.llamapanama.config.RopeScaling;
import java.io.PrintStream;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON as the commands print it: on one line, keys in the order of the record's components. */
final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .addMixIn(RopeScaling.class, NamedScaling.class)
            .build();

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

    /** The strings of an array of strings. */
    static String[] strings(String json) {
        return MAPPER.readValue(json, String[].class);
    }
}
