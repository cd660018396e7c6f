// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.JsonValues;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Messages and tools of a JSON file. */
final class Conversation {
    private Conversation() {}

    /**
     * The JSON value in a file.
     *
     * @throws ChatException if there is none
     */
    static @Nullable Object read(Path file) {
        return in(file.toString(), () -> JsonValues.read(TextFile.read(file)));
    }

    /** What an action gives; a failure says where it was. */
    static <T extends @Nullable Object> T in(String where, Supplier<T> action) {
        try {
            return action.get();
        } catch (ChatException e) {
            throw new ChatException(where + ": " + e.getMessage(), e);
        }
    }

    /** @throws ChatException if it is no array of messages */
    static List<ChatMessage> messages(@Nullable Object json) {
        List<ChatMessage> messages = new ArrayList<>();
        for (Object message : list("messages", json)) {
            String where = "messages[" + messages.size() + "]";
            Map<String, @Nullable Object> stated = object(where, message);
            messages.add(in(where, () -> ChatMessage.ofJson(stated)));
        }
        return messages;
    }

    /** @throws ChatException if it is neither null nor an array of definitions */
    static List<ToolDefinition> tools(@Nullable Object json) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Object tool : json == null ? List.of() : list("tools", json)) {
            String where = "tools[" + tools.size() + "]";
            Map<String, @Nullable Object> stated = object(where, tool);
            tools.add(in(where, () -> ToolDefinition.ofJson(stated)));
        }
        return tools;
    }

    /** @throws ChatException if it is neither null nor an array of texts */
    static List<String> texts(String where, @Nullable Object json) {
        List<String> texts = new ArrayList<>();
        for (Object each : json == null ? List.of() : list(where, json)) {
            if (!(each instanceof String text)) {
                throw refused(where + "[" + texts.size() + "]", each, "text");
            }
            texts.add(text);
        }
        return texts;
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
