// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.Usage;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ToolCall;
import java.util.List;

/**
 * What the model answered in a chat.
 *
 * @param message the answer, as it has become part of the conversation
 * @param finishReason why it ended
 * @param usage tokens of the whole conversation and of the answer
 * @param timings how long it took; of the prompt only what wasn't run before
 */
public record ChatReply(ChatMessage message, FinishReason finishReason, Usage usage, Timings timings) {

    /** What the model says, without calls. */
    public String text() {
        return message.text();
    }

    /** The functions that it calls, whose results are to be sent next; empty mostly. */
    public List<ToolCall> toolCalls() {
        return message.toolCalls();
    }
}
