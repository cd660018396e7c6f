// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Compiles Jinja chat templates: by an engine that an application brings, else by the one of this module. */
public final class ChatTemplates {
    private ChatTemplates() {}

    /**
     * Compiles a template.
     *
     * @throws ChatException where it is none
     */
    public static ChatTemplate compile(String source) {
        return engine().orElseGet(JinjaEngine::new).compile(source);
    }

    /**
     * Compiles and renders a template, and tells the control tokens that it writes from text that it is given.
     *
     * @param source the template
     * @param definition whose control tokens the template writes; it also tells {@code bos_token} and the like
     * @param variables as for {@link ChatTemplate#render}
     * @param now what the template calls now
     * @throws ChatException where the source is no template, or rendering fails
     */
    public static ChatPrompt prompt(
            String source, TokenizerDefinition definition, Map<String, @Nullable Object> variables, LocalDateTime now) {
        return new PromptTemplate(source, definition).prompt(variables, now);
    }

    private static Optional<ChatTemplateEngine> engine() {
        return ServiceLoader.load(ChatTemplateEngine.class)
                .findFirst()
                .or(() -> ServiceLoader.load(ChatTemplateEngine.class, ChatTemplates.class.getClassLoader())
                        .findFirst());
    }
}
