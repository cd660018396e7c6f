// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The chat formats of all Llama models, and the way from a model to its own. */
public final class ChatFormats {
    private static final List<ChatFormat> BUILT_IN = List.of(
            new Llama2Format(),
            new CodeLlama70Format(),
            new Llama3Format(),
            new Llama31Format("llama-3.1", false, true),
            new Llama31Format("llama-3.2", true, false),
            new Llama31Format("llama-3.3", false, true),
            new Llama4Format(),
            new LlamaGuardFormat(GuardVersion.GUARD_1),
            new LlamaGuardFormat(GuardVersion.GUARD_2),
            new LlamaGuardFormat(GuardVersion.GUARD_3),
            new LlamaGuardFormat(GuardVersion.GUARD_3_SMALL),
            new LlamaGuardFormat(GuardVersion.GUARD_4));

    private ChatFormats() {}

    /**
     * The format of a model: its own Jinja templates where it has any, of which {@link ChatOptions} choose, else the built-in
     * format that its control tokens tell: that of Llama 4, of Llama 3.1 where there is a {@code <|python_tag|>}, of Llama 3, or of Code Llama 70B.
     *
     * @return nothing where there is neither a template nor control tokens of a known format, as for Llama 2, whose
     *     chat models have the tokens of its base models: its format is {@code named("llama-2")}
     * @throws ChatException where a template isn't understood
     */
    public static Optional<ChatFormat> of(TokenizerDefinition definition) {
        ModelTemplates templates = ModelTemplates.of(definition);
        return templates.sources().isEmpty()
                ? byTokens(definition.pieces())
                : Optional.of(new JinjaFormat(templates, definition));
    }

    private static Optional<ChatFormat> byTokens(List<String> pieces) {
        if (pieces.contains("<|header_start|>")) {
            return Optional.of(named("llama-4"));
        }
        if (pieces.contains("<|start_header_id|>")) {
            return Optional.of(named(pieces.contains("<|python_tag|>") ? "llama-3.1" : "llama-3"));
        }
        return pieces.contains("<step>") ? Optional.of(named("code-llama-70b")) : Optional.empty();
    }

    /**
     * The format of a Jinja template.
     *
     * @param source the template
     * @param definition whose control tokens the template writes
     * @throws ChatException where the template isn't understood
     */
    public static ChatFormat ofTemplate(String source, TokenizerDefinition definition) {
        return new JinjaFormat(ModelTemplates.of(source), definition);
    }

    /**
     * Source of the Jinja template of a model that writes a prompt, chosen as by Hugging Face transformers.
     *
     * @param name of a template, such as {@code rag}, or null for {@code tool_use}, where there are tools and such a
     *     template, and else the default
     * @param withTools whether there are tools
     * @return nothing where the model has none at all
     * @throws ChatException where it has others only
     */
    public static Optional<String> template(TokenizerDefinition definition, @Nullable String name, boolean withTools) {
        ModelTemplates templates = ModelTemplates.of(definition);
        return templates.sources().isEmpty() && name == null
                ? Optional.empty()
                : Optional.ofNullable(templates.sources().get(templates.choose(name, withTools)));
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
