// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What the formats of this package share. */
abstract class BuiltInFormat implements ChatFormat {
    private final String name;
    private final List<String> stops;

    /** @param stops spellings of the tokens that end an answer */
    BuiltInFormat(String name, List<String> stops) {
        this.name = name;
        this.stops = List.copyOf(stops);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final Set<Integer> stopTokens(Tokenizer tokenizer) {
        return stopTokens(tokenizer, stops);
    }

    static Set<Integer> stopTokens(Tokenizer tokenizer, List<String> spellings) {
        Set<Integer> ids = new TreeSet<>(tokenizer.specialTokens().endOfGeneration());
        spellings.forEach(spelling -> tokenizer.idOf(spelling).ifPresent(ids::add));
        return Set.copyOf(ids);
    }

    @Override
    public ToolCallParser toolCallParser() {
        return ToolCalls.PARSER;
    }

    final ChatException refuse(String found, String expected) {
        return new ChatException(name + ": found " + found + ", expected " + expected);
    }

    @Override
    public final ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        if (options.template().isPresent()) {
            throw refuse("the template name " + options.template().get(), "none: built-in formats have no templates");
        }
        for (ChatMessage message : messages) {
            if (message.content().stream().anyMatch(ContentPart.Image.class::isInstance)) {
                throw refuse(
                        "an image in a message of " + message.role().spelling(),
                        "text: built-in formats write text only, a template of the model may have a place for images");
            }
        }
        return write(messages, options);
    }

    /** The prompt of messages without images. */
    abstract ChatPrompt write(List<ChatMessage> messages, ChatOptions options);

    final void refuseTools(ChatOptions options) {
        if (!options.tools().isEmpty() || !options.builtInTools().isEmpty()) {
            throw refuse("tools", "none: the model wasn't trained to call any");
        }
    }

    /** A variable of the official template that is text, or another text. */
    static String variable(ChatOptions options, String name, String otherwise) {
        return options.variables().get(name) instanceof String text ? text : otherwise;
    }

    /** A variable of the official template that is true or false. */
    static boolean flag(ChatOptions options, String name, boolean otherwise) {
        Map<String, @Nullable Object> variables = options.variables();
        return variables.get(name) instanceof Boolean value ? value : otherwise;
    }
}
