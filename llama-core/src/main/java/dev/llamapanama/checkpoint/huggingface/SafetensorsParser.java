// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads the JSON of a safetensors header token by token: a tree of what a hostile one may hold in its hundred million bytes would not fit into
 * a heap. Memory is bounded by the number of tensors and the length of their names.
 */
final class SafetensorsParser {
    private static final String METADATA = "__metadata__";
    private static final int MOST_ENTRIES = 1 << 17;
    private static final int MOST_DIMENSIONS = 8;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(4)
                    .maxNameLength(512)
                    .maxNumberLength(32)
                    .maxStringLength(100_000_000)
                    .build())
            .build();

    private final MappedFile file;
    private final long begin;
    private final long start;
    private final SequencedMap<String, SafetensorsTensor> tensors = new LinkedHashMap<>();
    private boolean hasMetadata;

    /**
     * @param begin where the JSON begins
     * @param start where it ends and the data begins
     */
    SafetensorsParser(MappedFile file, long begin, long start) {
        this.file = file;
        this.begin = begin;
        this.start = start;
    }

    SequencedMap<String, SafetensorsTensor> parse() {
        InputStream bytes =
                new BufferStream(file.data().asSlice(begin, start - begin).asByteBuffer());
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            expect(json.nextToken(), JsonToken.START_OBJECT, "header", "a JSON object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                entry(json, json.currentName());
            }
            if (json.nextToken() != null) {
                throw refuse("header", "more behind the object", "spaces at most");
            }
            return tensors;
        } catch (JacksonException | IllegalStateException e) {
            throw refuse("header", e.getMessage(), "JSON of tensors");
        }
    }

    private void entry(JsonParser json, String name) {
        expect(json.nextToken(), JsonToken.START_OBJECT, name, "a JSON object");
        if (name.equals(METADATA)) {
            metadata(json);
        } else if (tensors.containsKey(name) || name.isEmpty() || name.indexOf('\0') >= 0) {
            throw refuse(name, "a tensor with this name", "names of tensors, each once");
        } else if (tensors.size() == MOST_ENTRIES) {
            throw refuse("header", "more tensors", "at most " + MOST_ENTRIES);
        } else {
            tensors.put(name, tensor(json, name));
        }
    }

    /** Nothing in it is of use. */
    private void metadata(JsonParser json) {
        Set<String> names = new HashSet<>();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA, "text only");
            if (!names.add(name) || names.size() > MOST_ENTRIES) {
                throw refuse(METADATA + " " + name, "the name again or too many", "each name once");
            }
        }
        if (hasMetadata) {
            throw refuse(METADATA, "a second one", "one at most");
        }
        hasMetadata = true;
    }

    private SafetensorsTensor tensor(JsonParser json, String name) {
        SafetensorsType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String field = json.currentName();
            json.nextToken();
            boolean again = switch (field) {
                case "dtype" -> type != null;
                case "shape" -> shape != null;
                case "data_offsets" -> offsets != null;
                default -> true;
            };
            if (again) {
                throw refuse(name, "field " + field, "dtype, shape and data_offsets, each once");
            }
            switch (field) {
                case "dtype" -> type = type(json, name);
                case "shape" -> shape = wholes(json, name + " shape", MOST_DIMENSIONS);
                default -> offsets = wholes(json, name + " data_offsets", 2);
            }
        }
        if (type == null || shape == null || offsets == null) {
            throw refuse(name, "a part of its fields", "dtype, shape and data_offsets");
        }
        return placed(name, type, shape, offsets);
    }

    private SafetensorsType type(JsonParser json, String name) {
        expect(json.currentToken(), JsonToken.VALUE_STRING, name + " dtype", "text");
        String text = json.getString();
        SafetensorsType type = SafetensorsType.of(text);
        if (type == null) {
            String found = text.length() > 40 ? text.substring(0, 40) + "…" : text;
            throw refuse(name + " dtype", found, "one of " + List.of(SafetensorsType.values()));
        }
        return type;
    }

    private List<Long> wholes(JsonParser json, String field, int most) {
        expect(json.currentToken(), JsonToken.START_ARRAY, field, "a list");
        List<Long> wholes = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, field, "whole numbers");
            long value = json.getLongValue();
            if (value < 0 || wholes.size() == most) {
                throw refuse(field, value < 0 ? value : "more numbers", "at most " + most + " numbers, none negative");
            }
            wholes.add(value);
        }
        return wholes;
    }

    private SafetensorsTensor placed(String name, SafetensorsType type, List<Long> shape, List<Long> offsets) {
        long bytes;
        try {
            bytes = type.bytes(shape.stream().reduce(1L, Math::multiplyExact));
        } catch (ArithmeticException overflow) {
            throw refuse(name + " shape", shape, "whole bytes below 2^60 as " + type);
        }
        long room = file.data().byteSize() - start;
        if (offsets.size() != 2 || offsets.get(1) > room || offsets.get(1) - offsets.get(0) != bytes) {
            throw refuse(
                    name + " data_offsets",
                    offsets,
                    "begin and end of " + bytes + " bytes (" + type + " of shape " + shape + ") within " + room);
        }
        return new SafetensorsTensor(file, name, type, shape, start + offsets.get(0), bytes);
    }

    private void expect(@Nullable JsonToken found, JsonToken expected, String field, String words) {
        if (found != expected) {
            throw refuse(field, found, words);
        }
    }

    private CheckpointException refuse(String field, @Nullable Object found, String expected) {
        return new CheckpointException(file.path(), field, found, expected);
    }
}
