// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;

/**
 * What a model answered.
 *
 * @param text what it says, without calls and control tokens
 * @param toolCalls functions that it calls, in its order
 */
public record ParsedAnswer(String text, List<ToolCall> toolCalls) {
    public ParsedAnswer {
        toolCalls = List.copyOf(toolCalls);
    }

    /** The message to append to the conversation. */
    public ChatMessage message() {
        return ChatMessage.assistant(text, toolCalls);
    }

    ParsedAnswer after(String earlier) {
        return earlier.isEmpty() ? this : new ParsedAnswer(earlier + text, toolCalls);
    }
}
