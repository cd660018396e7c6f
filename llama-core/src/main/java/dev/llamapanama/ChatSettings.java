// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a chat is held.
 *
 * @param format how the model writes conversations, or null for its own: its template, or what its control tokens tell
 * @param history what was said before, from the system's message on
 * @param prompt tools, date, and variables of templates
 * @param toolChoice whether an answer calls one of the tools
 * @param generation how answers are drawn; stop strings besides the format's own end
 */
public record ChatSettings(
        @Nullable ChatFormat format,
        List<ChatMessage> history,
        ChatOptions prompt,
        ToolChoice toolChoice,
        GenerationOptions generation) {

    /** The model's own format, nothing said yet, no tools, the default options of generation. */
    public static final ChatSettings DEFAULT =
            new ChatSettings(null, List.of(), ChatOptions.DEFAULT, ToolChoice.AUTO, GenerationOptions.DEFAULT);

    /** @throws IllegalArgumentException if answers are to begin with the prompt, to have log-probabilities, or to follow a grammar and call a tool */
    public ChatSettings {
        history = List.copyOf(history);
        if (generation.echo()) {
            throw new IllegalArgumentException("echo: found true, expected false in a chat");
        }
        if (generation.grammar() != null
                && !toolChoice.equals(ToolChoice.AUTO)
                && !toolChoice.equals(ToolChoice.FREE)) {
            throw new IllegalArgumentException(
                    "grammar: found one beside the tool choice " + toolChoice + ", expected one of the two");
        }
        if (generation.logprobs() >= 0) {
            throw new IllegalArgumentException(
                    "logprobs: found " + generation.logprobs() + ", expected -1 in a chat, whose answers have none");
        }
    }

    /** The same in another format, or with null in the model's own. */
    public ChatSettings withFormat(@Nullable ChatFormat choice) {
        return new ChatSettings(choice, history, prompt, toolChoice, generation);
    }

    /** The same with something said before, in place of what was. */
    public ChatSettings withHistory(List<ChatMessage> messages) {
        return new ChatSettings(format, messages, prompt, toolChoice, generation);
    }

    /** The same with a message of the system before everything else. */
    public ChatSettings withSystem(String text) {
        List<ChatMessage> messages = new ArrayList<>(history);
        messages.addFirst(ChatMessage.system(text));
        return withHistory(messages);
    }

    /** The same with other tools, date, and variables. */
    public ChatSettings withPrompt(ChatOptions options) {
        return new ChatSettings(format, history, options, toolChoice, generation);
    }

    /** The same with another choice whether tools are called. */
    public ChatSettings withToolChoice(ToolChoice choice) {
        return new ChatSettings(format, history, prompt, choice, generation);
    }

    /** The same with answers drawn in another way. */
    public ChatSettings withGeneration(GenerationOptions options) {
        return new ChatSettings(format, history, prompt, toolChoice, options);
    }
}
