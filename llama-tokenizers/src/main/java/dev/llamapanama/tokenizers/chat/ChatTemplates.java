// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.Optional;
import java.util.ServiceLoader;

/** Compiles Jinja chat templates by the engine that is there. */
public final class ChatTemplates {
    private ChatTemplates() {}

    /**
     * Compiles a template.
     *
     * @throws ChatException where it is no template, or there is no engine
     */
    public static ChatTemplate compile(String source) {
        return engine().orElseThrow(
                        () -> new ChatException("chat template: found no engine for Jinja templates, expected the "
                                + "dependency dev.llamapanama:llama-templates"))
                .compile(source);
    }

    static Optional<ChatTemplateEngine> engine() {
        return ServiceLoader.load(ChatTemplateEngine.class)
                .findFirst()
                .or(() -> ServiceLoader.load(ChatTemplateEngine.class, ChatTemplates.class.getClassLoader())
                        .findFirst());
    }
}
