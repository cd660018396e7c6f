// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

/**
 * Compiles Jinja chat templates; found by {@link java.util.ServiceLoader}, so that other modules can bring theirs.
 */
public interface ChatTemplateEngine {

    /**
     * Compiles a template.
     *
     * @throws ChatException where it is no template that this engine understands
     */
    ChatTemplate compile(String source);
}
