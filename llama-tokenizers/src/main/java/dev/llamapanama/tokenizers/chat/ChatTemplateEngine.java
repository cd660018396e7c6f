// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

/**
 * Compiles Jinja chat templates; found by {@link java.util.ServiceLoader}. The module {@code dev.llamapanama.templates}
 * has one.
 */
public interface ChatTemplateEngine {

    /**
     * Compiles a template.
     *
     * @throws ChatException where it is no template that this engine understands
     */
    ChatTemplate compile(String source);
}
