// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads messages in the field's JSON. */
final class MessageReader {
    private MessageReader() {}

    static ChatMessage read(Map<String, @Nullable Object> json) {
        if (!(json.get("role") instanceof String spelling)) {
            throw new ChatException("role: found none, expected system, user, assistant or tool");
        }
        Role role = Role.of(spelling);
        List<ToolCall> calls = new ArrayList<>();
        if (json.get("tool_calls") instanceof List<?> list) {
            list.forEach(each -> calls.add(call(JsonValues.object(each))));
        }
        return new ChatMessage(
                role, content(json.get("content"), role), calls, text(json, "tool_call_id"), text(json, "name"));
    }

    private static @Nullable String text(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String text ? text : null;
    }

    private static List<ContentPart> content(@Nullable Object content, Role role) {
        if (content instanceof String text) {
            return List.of(new ContentPart.Text(text));
        }
        if (content == null && role != Role.TOOL) {
            return List.of();
        }
        if (content instanceof List<?> list && !list.isEmpty() && list.stream().allMatch(MessageReader::isPart)) {
            return list.stream().map(each -> part(JsonValues.object(each))).toList();
        }
        return List.of(new ContentPart.Json(content));
    }

    private static boolean isPart(@Nullable Object value) {
        Map<String, @Nullable Object> part = JsonValues.object(value);
        Object type = part.get("type");
        return ("text".equals(type) && part.get("text") instanceof String)
                || "image".equals(type)
                || "image_url".equals(type);
    }

    private static ContentPart part(Map<String, @Nullable Object> part) {
        return part.get("text") instanceof String text ? new ContentPart.Text(text) : new ContentPart.Image();
    }

    private static ToolCall call(Map<String, @Nullable Object> json) {
        Map<String, @Nullable Object> function =
                json.get("function") instanceof Map<?, ?> inner ? JsonValues.object(inner) : json;
        Object arguments = function.get("arguments");
        Map<String, @Nullable Object> read =
                JsonValues.object(arguments instanceof String text ? JsonValues.read(text) : arguments);
        String name = text(function, "name");
        if (name == null) {
            throw new ChatException(
                    "tool call: found no name, expected {\"function\": {\"name\": …, \"arguments\": …}}");
        }
        return new ToolCall(text(json, "id"), name, read);
    }
}
