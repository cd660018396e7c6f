// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;

/**
 * Base and scaling of RoPE: {@code rope_theta} and {@code rope_scaling} up to version 4 of transformers, both together in
 * {@code rope_parameters} from version 5 on.
 */
final class HuggingFaceRope {
    private static final String THETA = "rope_theta";
    private static final String PARAMETERS = "rope_parameters";

    private final JsonObject text;
    private final double otherwise;

    /**
     * @param otherwise the base where the file doesn't say
     */
    HuggingFaceRope(JsonObject text, double otherwise) {
        this.text = text;
        this.otherwise = otherwise;
    }

    /**
     * @throws IllegalArgumentException if a number is out of its range
     */
    RopeConfig read() {
        double theta = text.number(THETA, otherwise);
        JsonObject parameters = text.object(PARAMETERS);
        if (parameters != null) {
            return new RopeConfig(
                    parameters.number(THETA, theta),
                    parameters.has("rope_type") || parameters.has("type") ? scaling(parameters) : RopeScaling.NONE);
        }
        JsonObject scaling = text.object("rope_scaling");
        return new RopeConfig(theta, scaling == null ? RopeScaling.NONE : scaling(scaling));
    }

    private RopeScaling scaling(JsonObject fields) {
        String key = fields.has("rope_type") ? "rope_type" : "type";
        String kind = fields.text(key);
        return switch (kind == null ? "" : kind) {
            case "default" -> RopeScaling.NONE;
            case "linear" -> new RopeScaling.Linear(fields.number("factor"));
            case "llama3" ->
                new RopeScaling.Llama3(
                        fields.number("factor"),
                        fields.number("low_freq_factor"),
                        fields.number("high_freq_factor"),
                        originalContext(fields));
            default -> throw fields.refuse(key, "default, linear or llama3");
        };
    }

    /** Version 4 takes it from outside where it isn't with the other numbers. */
    private int originalContext(JsonObject fields) {
        String key = "original_max_position_embeddings";
        return fields.has(key) ? fields.integer(key) : text.integer(key);
    }
}
