// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages and tools in the field's JSON. */
final class ChatMessageTest {

    private static ChatMessage read(String json) {
        return ChatMessage.ofJson(JsonValues.object(JsonValues.read(json)));
    }

    @Test
    void messagesAreRead() {
        assertEquals(ChatMessage.user("a"), read("{\"role\": \"user\", \"content\": \"a\"}"));
        assertEquals(
                ChatMessage.assistant("", List.of(new ToolCall("7", "f", Map.of("a", 1)))),
                read(
                        "{\"role\": \"assistant\", \"content\": null, \"tool_calls\": [{\"id\": \"7\", \"type\": \"function\", "
                                + "\"function\": {\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}}]}"));
        assertEquals(
                ChatMessage.toolJson(Map.of("output", List.of(1, 2))),
                read("{\"role\": \"ipython\", \"content\": {\"output\": [1, 2]}}"));
        assertEquals(
                List.of(new ContentPart.Image(), new ContentPart.Text("a")),
                read("{\"role\": \"user\", \"content\": [{\"type\": \"image\"}, {\"type\": \"text\", \"text\": \"a\"}]}")
                        .content());
    }

    @Test
    void whatIsNoMessageIsRefused() {
        for (String odd : List.of(
                "{}",
                "{\"role\": \"judge\"}",
                "{\"role\": \"user\", \"tool_calls\": [{\"name\": \"f\"}]}",
                "{\"role\": \"assistant\", \"tool_calls\": [1]}",
                "{\"role\": \"assistant\", \"tool_calls\": [{\"name\": \"f\", \"arguments\": \"{\"}]}",
                "{",
                "[".repeat(1000))) {
            assertThrows(ChatException.class, () -> read(odd), odd);
        }
    }

    @Test
    void toolsKeepTheirJson() {
        String json = "{\"name\": \"f\", \"extra\": null, \"description\": \"d\"}";
        ToolDefinition tool = ToolDefinition.ofJson(JsonValues.object(JsonValues.read(json)));
        assertEquals("f", tool.name());
        assertEquals("d", tool.description());
        assertEquals("{\"name\":\"f\",\"extra\":null,\"description\":\"d\"}", JsonValues.write(tool.json()));
        assertThrows(ChatException.class, () -> new ToolDefinition(Map.of()));
    }
}
