// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON of which nothing is trusted: bounded in depth and in what it may take, without duplicate names, an object at the
 * top. Values are maps, lists, text, numbers, booleans and null: setting a tree model up takes longer than reading most files.
 */
final class UntrustedJson {
    private static final int DEPTH = 32;
    private static final int NUMBER_LENGTH = 64;

    /** Twice what the file of Llama 4 has, which is the largest there is. */
    private static final int TOKENS = 4_500_000;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH)
                    .maxNumberLength(NUMBER_LENGTH)
                    .maxTokenCount(TOKENS)
                    .build())
            // A vocabulary is as many names as entries, none of which comes again.
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
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
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
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

    /** Reads the value at which a parser stands into a field, which must not be there yet. */
    static void addField(String source, Map<String, @Nullable Object> object, String name, JsonParser parser) {
        requireNew(source, object, name);
        object.put(name, value(source, parser));
    }

    /** Marks a field, which must not be there yet, as one that is read elsewhere. */
    static void skipField(String source, Map<String, @Nullable Object> object, String name) {
        requireNew(source, object, name);
        object.put(name, null);
    }

    private static void requireNew(String source, Map<String, @Nullable Object> object, String name) {
        Require.that(!object.containsKey(name), source, name, "it again", "every name once");
    }

    private static @Nullable Object value(String source, JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> fields(source, parser);
            case START_ARRAY -> elements(source, parser);
            case VALUE_STRING -> text(source, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    private static String text(String source, String value) {
        // An escape may name half of a surrogate pair.
        Require.that(
                !hasSurrogate(value) || StandardCharsets.UTF_8.newEncoder().canEncode(value),
                source,
                "content",
                "half a surrogate pair",
                "Unicode text");
        return value;
    }

    /** Few texts have one, and there are hundreds of thousands of texts. */
    private static boolean hasSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, @Nullable Object> fields(String source, JsonParser parser) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        eachField(parser, (name, value) -> addField(source, object, name, value));
        return object;
    }

    private static List<@Nullable Object> elements(String source, JsonParser parser) {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(source, parser));
        }
        return list;
    }

    /**
     * The object of a whole file.
     *
     * @throws TokenizerException if the file is not such JSON
     */
    static JsonPart object(String source, ByteBuffer content) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        read(source, content, (name, parser) -> addField(source, object, name, parser));
        return new JsonPart(source, "", object);
    }
}
