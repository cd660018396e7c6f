// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function that a model may call.
 *
 * @param json the definition as templates show it to the model, with its fields in this order: {@code {"type":
 *     "function", "function": {"name": …, "description": …, "parameters": JSON schema}}}, or the inner object alone; copied
 */
public record ToolDefinition(Map<String, @Nullable Object> json) {

    /** @throws ChatException where the definition has no name */
    public ToolDefinition {
        json = JsonValues.copyObject(json);
        if (!(function(json).get("name") instanceof String)) {
            throw new ChatException("tool definition: found no name, expected {\"type\": \"function\", \"function\": "
                    + "{\"name\": …, \"description\": …, \"parameters\": …}}");
        }
    }

    /**
     * A definition in the field's JSON.
     *
     * @throws ChatException where it has no name
     */
    public static ToolDefinition ofJson(Map<String, @Nullable Object> json) {
        return new ToolDefinition(json);
    }

    /**
     * @param name what the model calls it
     * @param description what it is good for, in words for the model
     * @param parameters JSON schema of an object whose properties are the parameters
     */
    public static ToolDefinition of(String name, String description, Map<String, @Nullable Object> parameters) {
        Map<String, @Nullable Object> function =
                JsonValues.ordered("name", name, "description", description, "parameters", parameters);
        return new ToolDefinition(JsonValues.ordered("type", "function", "function", function));
    }

    /** What the model calls it. */
    public String name() {
        return String.valueOf(function(json).get("name"));
    }

    /** What it is good for; empty where the definition doesn't say. */
    public String description() {
        return function(json).get("description") instanceof String text ? text : "";
    }

    /** JSON schema of the parameters; empty where the definition has none. */
    public Map<String, @Nullable Object> parameters() {
        return JsonValues.object(function(json).get("parameters"));
    }

    private static Map<String, @Nullable Object> function(Map<String, @Nullable Object> json) {
        return json.get("function") instanceof Map<?, ?> inner ? JsonValues.object(inner) : json;
    }
}
