// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.List;
import java.util.Optional;

/** The chat formats of all Llama models, and the way from a model to its own. */
public final class ChatFormats {
    private static final List<ChatFormat> BUILT_IN = List.of();

    private ChatFormats() {}

    /**
     * The format of a model: its own Jinja template where it has one, else the built-in format that its control tokens
     * tell. Without a Jinja engine, templates that are known to equal a built-in format are served by that one.
     *
     * @return nothing where there is neither a template nor control tokens of a known format, as for base models of Llama 2
     * @throws ChatException where the template needs an engine that isn't there, or isn't understood by it
     */
    public static Optional<ChatFormat> of(TokenizerDefinition definition) {
        return definition.chatTemplate() == null
                ? Optional.empty()
                : Optional.of(ofTemplate(definition.chatTemplate(), definition));
    }

    /**
     * The format of a Jinja template.
     *
     * @param source the template
     * @param definition whose control tokens the template writes
     * @throws ChatException where the template needs an engine that isn't there, or isn't understood by it
     */
    public static ChatFormat ofTemplate(String source, TokenizerDefinition definition) {
        ChatTemplates.compile(source);
        return named(definition.source());
    }

    /**
     * The built-in format of a name, such as {@code llama-3.1}.
     *
     * @throws ChatException where there is none; the message lists {@link #names()}
     */
    public static ChatFormat named(String name) {
        return BUILT_IN.stream()
                .filter(format -> format.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ChatException("chat format: found '" + name + "', expected one of " + names()));
    }

    /** The names of the built-in formats. */
    public static List<String> names() {
        return BUILT_IN.stream().map(ChatFormat::name).toList();
    }
}
