// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.Optional;
import java.util.ServiceLoader;

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

    private static Optional<ChatTemplateEngine> engine() {
        return ServiceLoader.load(ChatTemplateEngine.class)
                .findFirst()
                .or(() -> ServiceLoader.load(ChatTemplateEngine.class, ChatTemplates.class.getClassLoader())
                        .findFirst());
    }
}
