// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Genuine vocabularies and published vectors in a folder beside the project. Without the folder its tests have no
 * cases.
 */
public final class SharedData {
    private static final Path SHARED = Path.of("..", "..", "shared");

    static final Path DATA = SHARED.resolve("data");
    static final Path TOKENIZERS = DATA.resolve("tokenizers");
    /** Chat templates that Meta published. */
    public static final Path TEMPLATES = DATA.resolve("templates");

    static final Path MODELS = DATA.resolve("models");

    private SharedData() {}

    static boolean isPresent() {
        return Files.isDirectory(TOKENIZERS);
    }

    static JsonNode vectors() {
        return json(TOKENIZERS.resolve("tokenizer-vectors.json")).get("vectors");
    }

    static JsonNode goldenTokens() {
        return json(SHARED.resolve("facts").resolve("golden-numbers.json")).get("tokens");
    }

    static JsonNode huggingFace(String name) {
        return json(TOKENIZERS.resolve("hf").resolve(name).resolve("tokenizer.json"));
    }

    /** A whole file. */
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int[] ids(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    private static JsonNode json(Path file) {
        return JsonMapper.shared().readTree(file.toFile());
    }
}
