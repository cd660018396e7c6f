// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A message of a conversation. Immutable.
 *
 * @param role who speaks
 * @param content what is said, in order; empty where the model only calls tools
 * @param toolCalls functions that the model calls; none for other roles
 * @param toolCallId the call that a tool's result answers, or null
 * @param toolName the function that a tool's result comes from, or null
 */
public record ChatMessage(
        Role role,
        List<ContentPart> content,
        List<ToolCall> toolCalls,
        @Nullable String toolCallId,
        @Nullable String toolName) {

    /** @throws ChatException where another role than the assistant calls tools */
    public ChatMessage {
        content = List.copyOf(content);
        toolCalls = List.copyOf(toolCalls);
        if (role != Role.ASSISTANT && !toolCalls.isEmpty()) {
            throw new ChatException("message: found tool calls of " + role.spelling() + ", expected the assistant's");
        }
    }

    /**
     * A message in the field's JSON: {@code role}, {@code content} (text, data, or a list of parts with a {@code type}),
     * {@code tool_calls}, {@code tool_call_id}, {@code name}; anything else is left out.
     *
     * @throws ChatException where the role is none, or a call has no name
     */
    public static ChatMessage ofJson(Map<String, @Nullable Object> json) {
        return MessageReader.read(json);
    }

    /** What the model is and how it shall answer. */
    public static ChatMessage system(String text) {
        return of(Role.SYSTEM, text);
    }

    /** What a user says. */
    public static ChatMessage user(String text) {
        return of(Role.USER, text);
    }

    /** What the model answered. */
    public static ChatMessage assistant(String text) {
        return of(Role.ASSISTANT, text);
    }

    /** What the model answered: text, which may be empty, and calls. */
    public static ChatMessage assistant(String text, List<ToolCall> toolCalls) {
        return new ChatMessage(Role.ASSISTANT, parts(text), toolCalls, null, null);
    }

    /** What a tool returned, as text. */
    public static ChatMessage tool(String result) {
        return of(Role.TOOL, result);
    }

    /** What a tool returned, as a JSON value. */
    public static ChatMessage toolJson(@Nullable Object result) {
        return new ChatMessage(Role.TOOL, List.of(new ContentPart.Json(result)), List.of(), null, null);
    }

    /** A message of text. */
    public static ChatMessage of(Role role, String text) {
        return new ChatMessage(role, List.of(new ContentPart.Text(text)), List.of(), null, null);
    }

    /** The same result as the answer to a call. */
    public ChatMessage answering(ToolCall call) {
        return new ChatMessage(role, content, toolCalls, call.id(), call.name());
    }

    /**
     * The parts as one text; data as compact JSON.
     *
     * @throws ChatException where a part is an image
     */
    public String text() {
        return content.stream().map(ChatMessage::text).collect(Collectors.joining());
    }

    private static String text(ContentPart part) {
        return switch (part) {
            case ContentPart.Text(String text) -> text;
            case ContentPart.Json(Object value) -> JsonValues.write(value);
            case ContentPart.Image() -> throw new ChatException("message: found an image, expected text only");
        };
    }

    private static List<ContentPart> parts(String text) {
        return text.isEmpty() ? List.of() : List.of(new ContentPart.Text(text));
    }
}
