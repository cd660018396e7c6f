// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A {@code tokenizer.json} taken apart. The two parts that hold hundreds of thousands of entries are read as they pass by,
 * without a tree.
 *
 * @param top all fields but the model
 * @param model all fields of the model but the two below
 * @param vocabulary the entries, in the order of the file; no id is negative
 * @param merges pairs {@code "left right"}, in the order of the file
 */
record HuggingFaceFile(JsonPart top, JsonPart model, List<Entry> vocabulary, List<String> merges) {

    /** A spelling and its id. */
    record Entry(String piece, int id) {}

    static HuggingFaceFile read(String source, byte[] content) {
        return new Reading(source).read(content);
    }

    String source() {
        return top.source();
    }

    /** One file being read. */
    private static final class Reading {
        private static final String VOCABULARY = "model.vocab";

        private final String source;
        private final Map<String, @Nullable Object> top = new LinkedHashMap<>();
        private final Map<String, @Nullable Object> model = new LinkedHashMap<>();
        private final List<Entry> vocabulary = new ArrayList<>();
        private final List<String> merges = new ArrayList<>();

        Reading(String source) {
            this.source = source;
        }

        HuggingFaceFile read(byte[] content) {
            UntrustedJson.read(source, ByteBuffer.wrap(content), this::field);
            return new HuggingFaceFile(
                    new JsonPart(source, "", top), new JsonPart(source, "model.", model), vocabulary, merges);
        }

        private void field(String name, JsonParser parser) {
            if (name.equals("model") && parser.currentToken() == JsonToken.START_OBJECT) {
                UntrustedJson.skipField(source, top, name);
                UntrustedJson.eachField(parser, this::modelField);
            } else {
                UntrustedJson.addField(source, top, name, parser);
            }
        }

        /** A model of another type has its vocabulary and merges in other forms, which its type will be refused for. */
        private void modelField(String name, JsonParser parser) {
            if (!name.equals("vocab") && !name.equals("merges")) {
                UntrustedJson.addField(source, model, name, parser);
                return;
            }
            UntrustedJson.skipField(source, model, name);
            if (name.equals("vocab") && parser.currentToken() == JsonToken.START_OBJECT) {
                UntrustedJson.eachField(parser, this::entry);
            } else if (name.equals("merges") && parser.currentToken() == JsonToken.START_ARRAY) {
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    merges.add(merge(parser));
                }
            } else {
                parser.skipChildren();
            }
        }

        private void entry(String piece, JsonParser parser) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
                throw new TokenizerException(
                        source, VOCABULARY, "no number at \"" + piece + '"', "an id for every piece");
            }
            int id = parser.getIntValue();
            if (id < 0) {
                throw new TokenizerException(source, VOCABULARY, "id " + id, "ids from 0");
            }
            vocabulary.add(new Entry(piece, id));
        }

        /** {@code "left right"}, or since tokenizers 0.20 {@code ["left", "right"]}. */
        private String merge(JsonParser parser) {
            if (parser.currentToken() == JsonToken.VALUE_STRING) {
                return parser.getString();
            }
            requirePair(parser.currentToken() == JsonToken.START_ARRAY);
            requirePair(parser.nextToken() == JsonToken.VALUE_STRING);
            String left = parser.getString();
            requirePair(parser.nextToken() == JsonToken.VALUE_STRING);
            String right = parser.getString();
            requirePair(parser.nextToken() == JsonToken.END_ARRAY);
            // No Llama has such a token, and written with a space between them the two could not be told apart.
            if (left.indexOf(' ', 1) >= 0) {
                throw new TokenizerException(source, mergeName(), '"' + left + '"', "a token without a space");
            }
            return left + ' ' + right;
        }

        private void requirePair(boolean pair) {
            if (!pair) {
                throw new TokenizerException(
                        source, mergeName(), "another form", "\"left right\" or [\"left\", \"right\"]");
            }
        }

        private String mergeName() {
            return "model.merges[" + merges.size() + "]";
        }
    }
}
