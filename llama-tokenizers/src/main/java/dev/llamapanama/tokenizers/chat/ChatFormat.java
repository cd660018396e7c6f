// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * How a family of models writes conversations. Immutable and safe for use by many threads at once; {@link ChatFormats}
 * finds the one of a model.
 */
public interface ChatFormat {

    /** A short name for people: {@code llama-3.1}. */
    String name();

    /**
     * A conversation as the model reads it, beginning with the begin-of-text token.
     *
     * @throws ChatException where the format cannot express the conversation
     */
    ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options);

    /**
     * The prompt for people, with control tokens spelled out.
     *
     * @throws ChatException where the format cannot express the conversation
     */
    default String render(List<ChatMessage> messages, ChatOptions options) {
        return prompt(messages, options).text();
    }

    /**
     * The prompt for a model: begin-of-text token, control tokens and text; nothing is to be added.
     *
     * @throws ChatException where the format cannot express the conversation, or the vocabulary lacks one of the
     *     format's control tokens
     */
    default int[] encode(List<ChatMessage> messages, ChatOptions options, Tokenizer tokenizer) {
        return prompt(messages, options).encode(tokenizer);
    }

    /** The ids that end an answer: those of this format that the vocabulary has, and the vocabulary's own. */
    Set<Integer> stopTokens(Tokenizer tokenizer);

    /** Finds tool calls in what the model answers. */
    ToolCallParser toolCallParser();
}
