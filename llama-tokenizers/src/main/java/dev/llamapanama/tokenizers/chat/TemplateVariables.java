// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.jinja.Python;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages and options in the JSON that templates read. */
final class TemplateVariables {
    private TemplateVariables() {}

    static Map<String, @Nullable Object> of(List<ChatMessage> messages, ChatOptions options) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put(
                "messages", messages.stream().map(TemplateVariables::message).toList());
        variables.put("add_generation_prompt", options.addGenerationPrompt());
        if (!options.tools().isEmpty()) {
            variables.put(
                    "tools", options.tools().stream().map(ToolDefinition::json).toList());
        }
        if (!options.builtInTools().isEmpty()) {
            variables.put("builtin_tools", options.builtInTools());
        }
        options.date().ifPresent(date -> variables.put("date_string", Python.date(date, "%d %b %Y")));
        variables.putAll(options.variables());
        return variables;
    }

    private static Map<String, @Nullable Object> message(ChatMessage message) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("role", message.role().spelling());
        json.put("content", content(message.content()));
        if (!message.toolCalls().isEmpty()) {
            json.put(
                    "tool_calls",
                    message.toolCalls().stream().map(TemplateVariables::call).toList());
        }
        if (message.toolCallId() != null) {
            json.put("tool_call_id", message.toolCallId());
        }
        if (message.toolName() != null) {
            json.put("name", message.toolName());
        }
        return json;
    }

    /** Text or data alone stand for themselves; several parts are a list of parts. */
    private static @Nullable Object content(List<ContentPart> parts) {
        if (parts.isEmpty()) {
            return "";
        }
        if (parts.size() == 1 && parts.getFirst() instanceof ContentPart.Text(String text)) {
            return text;
        }
        if (parts.size() == 1 && parts.getFirst() instanceof ContentPart.Json(Object value)) {
            return value;
        }
        return parts.stream().map(TemplateVariables::part).toList();
    }

    private static Map<String, @Nullable Object> part(ContentPart part) {
        return switch (part) {
            case ContentPart.Text(String text) -> JsonValues.ordered("type", "text", "text", text);
            case ContentPart.Json(Object value) -> JsonValues.ordered("type", "text", "text", Python.json(value));
            case ContentPart.Image() -> Map.of("type", "image");
        };
    }

    private static Map<String, @Nullable Object> call(ToolCall call) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("type", "function");
        if (call.id() != null) {
            json.put("id", call.id());
        }
        json.put("function", JsonValues.ordered("name", call.name(), "arguments", call.arguments()));
        return json;
    }

    /** Spellings of the tokens that templates name. */
    static Map<String, String> tokens(TokenizerDefinition definition) {
        Map<String, String> tokens = new LinkedHashMap<>();
        SpecialIds ids = definition.special();
        put(tokens, definition, "bos_token", ids.bos());
        put(tokens, definition, "eos_token", ids.eos());
        put(tokens, definition, "unk_token", ids.unknown());
        put(tokens, definition, "pad_token", ids.pad());
        return tokens;
    }

    private static void put(Map<String, String> tokens, TokenizerDefinition definition, String name, int id) {
        if (id >= 0 && id < definition.pieces().size()) {
            tokens.put(name, definition.pieces().get(id));
        }
    }
}
