// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.json;

import dev.llamapanama.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON of which nothing is trusted: bounded in size and depth, without duplicate names, an object at the top. */
public final class JsonFile {
    private static final int DEPTH = 64;
    private static final int NUMBER_LENGTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(NUMBER_LENGTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private JsonFile() {}

    /**
     * @param limit bytes that a sane one never exceeds
     * @throws CheckpointException if the file can't be read, is larger, or isn't such JSON
     */
    public static JsonObject read(Path file, int limit) {
        byte[] bytes;
        try {
            long size = Files.size(file);
            if (size > limit) {
                throw new CheckpointException(file, "file length", size, "at most " + limit + " bytes");
            }
            bytes = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CheckpointException(file, e);
        }
        return parse(file, "content", bytes);
    }

    /**
     * @param field what the bytes are, for messages
     * @throws CheckpointException if they aren't such JSON
     */
    public static JsonObject parse(Path file, String field, byte[] bytes) {
        JsonNode root;
        try {
            root = MAPPER.readTree(bytes);
        } catch (JacksonException e) {
            throw new CheckpointException(file, field, e.getOriginalMessage(), "JSON without duplicate names");
        }
        if (root instanceof ObjectNode object) {
            return new JsonObject(file, "", object);
        }
        throw new CheckpointException(file, field, JsonObject.kind(root), "a JSON object");
    }
}
