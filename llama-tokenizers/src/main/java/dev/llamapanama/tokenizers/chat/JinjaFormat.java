// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The format that a model's own Jinja templates write. */
final class JinjaFormat implements ChatFormat {
    private final ModelTemplates templates;
    private final Map<String, PromptTemplate> compiled = new HashMap<>();

    JinjaFormat(ModelTemplates templates, TokenizerDefinition definition) {
        this.templates = templates;
        templates.sources().forEach((name, source) -> compiled.put(name, new PromptTemplate(source, definition)));
    }

    @Override
    public String name() {
        return "jinja";
    }

    @Override
    public Set<Integer> stopTokens(Tokenizer tokenizer) {
        return BuiltInFormat.stopTokens(tokenizer, List.of());
    }

    @Override
    public ToolCallParser toolCallParser() {
        return ToolCalls.PARSER;
    }

    @Override
    public String render(List<ChatMessage> messages, ChatOptions options) {
        return template(options).render(TemplateVariables.of(messages, options), now(options));
    }

    @Override
    public ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        return template(options).prompt(TemplateVariables.of(messages, options), now(options));
    }

    private PromptTemplate template(ChatOptions options) {
        String name = templates.choose(
                options.template().orElse(null), !options.tools().isEmpty());
        return Objects.requireNonNull(compiled.get(name));
    }

    private static LocalDateTime now(ChatOptions options) {
        LocalDateTime present = LocalDateTime.now(ZoneId.systemDefault());
        return options.date()
                .map(date -> LocalDateTime.of(date, LocalTime.NOON))
                .orElse(present);
    }
}
