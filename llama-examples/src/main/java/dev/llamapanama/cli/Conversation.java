// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ContentPart;
import dev.llamapanama.tokenizers.chat.JsonValues;
import dev.llamapanama.tokenizers.chat.Role;
import dev.llamapanama.tokenizers.chat.ToolCall;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages and tools in the JSON that the field agrees on: that of OpenAI and of Hugging Face's templates. */
final class Conversation {
    private Conversation() {}

    /** @throws ChatException if it is no array of messages */
    static List<ChatMessage> messages(@Nullable Object json) {
        List<ChatMessage> messages = new ArrayList<>();
        for (Object message : list("messages", json)) {
            messages.add(message("messages[" + messages.size() + "]", message));
        }
        return messages;
    }

    /** @throws ChatException if it is neither null nor an array of definitions */
    static List<ToolDefinition> tools(@Nullable Object json) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Object tool : json == null ? List.of() : list("tools", json)) {
            tools.add(ToolDefinition.ofJson(object("tools[" + tools.size() + "]", tool)));
        }
        return tools;
    }

    private static ChatMessage message(String where, @Nullable Object json) {
        Map<String, @Nullable Object> message = object(where, json);
        Role role = Role.of(text(where + ".role", message.get("role")));
        List<ToolCall> calls = new ArrayList<>();
        Object stated = message.get("tool_calls");
        for (Object call : stated == null ? List.of() : list(where + ".tool_calls", stated)) {
            calls.add(call(where + ".tool_calls[" + calls.size() + "]", call));
        }
        return new ChatMessage(
                role,
                content(where + ".content", role, message.get("content")),
                calls,
                textOrNull(where + ".tool_call_id", message.get("tool_call_id")),
                textOrNull(where + ".name", message.get("name")));
    }

    private static List<ContentPart> content(String where, Role role, @Nullable Object json) {
        return switch (json) {
            case null -> List.of();
            case String text -> List.of(new ContentPart.Text(text));
            case List<?> parts
            when parts.stream().allMatch(Conversation::isPart) ->
                parts.stream().map(part -> part(where, part)).toList();
            default -> {
                if (role != Role.TOOL) {
                    throw refused(where, json, "text or a list of parts");
                }
                yield List.of(new ContentPart.Json(json));
            }
        };
    }

    private static boolean isPart(@Nullable Object json) {
        return json instanceof Map<?, ?> part && part.get("type") instanceof String;
    }

    private static ContentPart part(String where, @Nullable Object json) {
        Map<String, @Nullable Object> part = object(where, json);
        return switch (text(where + ".type", part.get("type"))) {
            case "text" -> new ContentPart.Text(text(where + ".text", part.get("text")));
            case "image", "image_url" -> new ContentPart.Image();
            default -> throw refused(where + ".type", part.get("type"), "text or image");
        };
    }

    /** Arguments may be an object, or its JSON as text. */
    private static ToolCall call(String where, @Nullable Object json) {
        Map<String, @Nullable Object> call = object(where, json);
        Map<String, @Nullable Object> function =
                call.containsKey("function") ? object(where + ".function", call.get("function")) : call;
        Object arguments = function.get("arguments");
        return new ToolCall(
                        text(where + ".name", function.get("name")),
                        object(
                                where + ".arguments",
                                arguments instanceof String text ? JsonValues.read(text) : arguments))
                .withId(textOrNull(where + ".id", call.get("id")));
    }

    /** @throws ChatException if it is no object */
    static Map<String, @Nullable Object> object(String where, @Nullable Object json) {
        if (json instanceof Map<?, ?> object) {
            return JsonValues.copyObject(object);
        }
        throw refused(where, json, "an object");
    }

    private static List<?> list(String where, @Nullable Object json) {
        if (json instanceof List<?> list) {
            return list;
        }
        throw refused(where, json, "an array");
    }

    private static String text(String where, @Nullable Object json) {
        if (json instanceof String text) {
            return text;
        }
        throw refused(where, json, "text");
    }

    private static @Nullable String textOrNull(String where, @Nullable Object json) {
        return json == null ? null : text(where, json);
    }

    private static ChatException refused(String where, @Nullable Object found, String expected) {
        return new ChatException(
                where + ": found " + (found == null ? "nothing" : JsonValues.write(found)) + ", expected " + expected);
    }
}
