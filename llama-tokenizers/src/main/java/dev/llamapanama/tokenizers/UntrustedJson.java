// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON of which nothing is trusted: bounded in depth and in what it may take, without duplicate names, an object at the top. */
final class UntrustedJson {
    private static final int DEPTH = 32;
    private static final int NUMBER_LENGTH = 64;

    /** Twice what the file of Llama 4 has, which is the largest there is. */
    private static final int TOKENS = 4_500_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(NUMBER_LENGTH)
                            .maxTokenCount(TOKENS)
                            .build())
                    // A vocabulary is as many names as entries, none of which comes again.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

    private UntrustedJson() {}

    /** Takes one field of an object; the parser stands at its value, and is left at that value's last token. */
    @FunctionalInterface
    interface FieldReader {
        void read(String name, JsonParser parser);
    }

    /**
     * Gives every field of the file's object to a reader.
     *
     * @throws TokenizerException if the file is not such JSON
     */
    static void read(String source, ByteBuffer content, FieldReader fields) {
        String text = Utf8.decode(source, "content", content);
        try (JsonParser parser = MAPPER.createParser(text)) {
            Require.that(
                    parser.nextToken() == JsonToken.START_OBJECT, source, "content", "something else", "a JSON object");
            eachField(parser, fields);
            Require.that(parser.nextToken() == null, source, "content", "more after the object", "its end");
        } catch (JacksonException e) {
            throw new TokenizerException(
                    source, "content", e.getOriginalMessage(), "JSON without duplicate names, of a sane size");
        }
    }

    /** Gives every field of the object at which a parser stands to a reader. */
    static void eachField(JsonParser parser, FieldReader fields) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.read(name, parser);
        }
    }

    /** An object without fields, to be filled. */
    static ObjectNode emptyObject() {
        return MAPPER.createObjectNode();
    }

    /** Reads the value at which a parser stands into a field, which must not be there yet. */
    static void addField(String source, ObjectNode object, String name, JsonParser parser) {
        JsonNode value = parser.readValueAsTree();
        Require.that(object.putIfAbsent(name, value) == null, source, name, "it again", "every name once");
    }

    /**
     * The object of a whole file.
     *
     * @throws TokenizerException if the file is not such JSON
     */
    static JsonPart object(String source, ByteBuffer content) {
        ObjectNode object = emptyObject();
        read(source, content, (name, parser) -> addField(source, object, name, parser));
        return new JsonPart(source, "", object);
    }
}
