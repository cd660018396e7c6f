// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.JsonValues;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages and tools of a JSON file. */
final class Conversation {
    private Conversation() {}

    /** @throws ChatException if it is no array of messages */
    static List<ChatMessage> messages(@Nullable Object json) {
        List<ChatMessage> messages = new ArrayList<>();
        for (Object message : list("messages", json)) {
            messages.add(ChatMessage.ofJson(object("messages[" + messages.size() + "]", message)));
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

    private static ChatException refused(String where, @Nullable Object found, String expected) {
        return new ChatException(
                where + ": found " + (found == null ? "nothing" : JsonValues.write(found)) + ", expected " + expected);
    }
}
