// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The Jinja templates of a model. Which one writes a prompt is chosen as by {@code apply_chat_template} of Hugging Face
 * transformers: the one that is named; else {@code tool_use}, where there are tools and such a template; else the default.
 *
 * @param origin where they are from, for messages
 * @param sources by name
 */
record ModelTemplates(String origin, Map<String, String> sources) {
    private static final String DEFAULT = "default";
    private static final String TOOL_USE = "tool_use";

    static ModelTemplates of(TokenizerDefinition definition) {
        Map<String, String> sources = new TreeMap<>(definition.particulars().chatTemplates());
        if (definition.chatTemplate() != null) {
            sources.put(DEFAULT, definition.chatTemplate());
        }
        return new ModelTemplates(definition.source(), sources);
    }

    static ModelTemplates of(String source) {
        return new ModelTemplates("template", Map.of(DEFAULT, source));
    }

    /**
     * Name of the template for a prompt.
     *
     * @param wanted a name, or null
     * @throws ChatException where none is called so, or none is named and there is no default
     */
    String choose(@Nullable String wanted, boolean withTools) {
        String automatic = withTools && sources.containsKey(TOOL_USE) ? TOOL_USE : DEFAULT;
        String name = wanted == null ? automatic : wanted;
        if (sources.containsKey(name)) {
            return name;
        }
        throw new ChatException(
                origin + ": found no chat template called " + name + ", expected one of " + sources.keySet());
    }
}
