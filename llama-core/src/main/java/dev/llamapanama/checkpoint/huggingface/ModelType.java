// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The model types of {@code config.json} that are Llamas. Each has defaults of its own (the configuration classes of transformers), which
 * files may leave out where the configuration of the text stands inside another.
 */
enum ModelType {
    /** Llama 1 to 3.3. */
    LLAMA(List.of("llama"), 1e-6, 1e4, Map.of("max_position_embeddings", 2048)),
    /** Llama 3.2 Vision. */
    MLLAMA(
            List.of("mllama", "mllama_text_model"),
            1e-5,
            5e5,
            Map.of(
                    "hidden_size", 4096,
                    "intermediate_size", 14_336,
                    "num_hidden_layers", 40,
                    "num_attention_heads", 32,
                    "num_key_value_heads", 8,
                    "vocab_size", 128_256,
                    "max_position_embeddings", 131_072)),
    /** Llama 4. */
    LLAMA_4(
            List.of("llama4", "llama4_text"),
            1e-5,
            5e5,
            Map.of(
                    "hidden_size", 5120,
                    "intermediate_size", 8192,
                    "intermediate_size_mlp", 16_384,
                    "num_hidden_layers", 48,
                    "num_attention_heads", 40,
                    "num_key_value_heads", 8,
                    "head_dim", 128,
                    "vocab_size", 202_048,
                    "max_position_embeddings", 131_072));

    private static final String FIELD = "model_type";

    private final List<String> names;
    private final double normEps;
    private final double theta;
    private final Map<String, Integer> sizes;

    ModelType(List<String> names, double normEps, double theta, Map<String, Integer> sizes) {
        this.names = names;
        this.normEps = normEps;
        this.theta = theta;
        this.sizes = sizes;
    }

    static ModelType of(JsonObject config) {
        String name = config.text(FIELD);
        return Arrays.stream(values())
                .filter(type -> name != null && type.names.contains(name))
                .findFirst()
                .orElseThrow(() -> config.refuse(
                        FIELD,
                        "one of "
                                + Arrays.stream(values())
                                        .flatMap(type -> type.names.stream())
                                        .toList()));
    }

    /** The part of the configuration that is about text. */
    JsonObject text(JsonObject config) {
        return names.indexOf(config.text(FIELD)) == 0 && this != LLAMA ? config.requiredObject("text_config") : config;
    }

    double normEps() {
        return normEps;
    }

    double theta() {
        return theta;
    }

    /** What a size is where the file doesn't say; empty where it has to. */
    Map<String, Integer> sizes() {
        return sizes;
    }

    /** Whether queries and keys lie in halves, not in pairs. */
    boolean rotatesHalves() {
        return this != LLAMA_4;
    }

    /** What a decoder block calls its feed-forward network. */
    String feedForward() {
        return this == LLAMA_4 ? "feed_forward" : "mlp";
    }

    /** Rows of the embedding behind those of the vocabulary: the placeholder of an image, filled up to eight. */
    int extraEmbeddings() {
        return this == MLLAMA ? 8 : 0;
    }

    /** Whether there may be weights of an image encoder, which text alone doesn't need. */
    boolean mayHaveVision() {
        return this != LLAMA;
    }
}
