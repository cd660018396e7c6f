// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;

/**
 * Llama 3 instruct, as Meta's {@code llama3} repository writes it and Hugging Face's template does too: contents are
 * stripped.
 */
final class Llama3Format extends BuiltInFormat {
    static final List<String> STOPS = List.of("<|end_of_text|>", "<|eom_id|>", "<|eot_id|>");

    Llama3Format() {
        super("llama-3", STOPS);
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        refuseTools(options);
        PromptBuilder prompt = new PromptBuilder().control("<|begin_of_text|>");
        for (ChatMessage message : messages) {
            if (!message.toolCalls().isEmpty()) {
                throw refuse("tool calls", "none: models before Llama 3.1 weren't trained to call any");
            }
            header(prompt, roleName(message.role()))
                    .text(Python.strip(message.text()))
                    .control("<|eot_id|>");
        }
        return options.addGenerationPrompt() ? header(prompt, "assistant").build() : prompt.build();
    }

    static String roleName(Role role) {
        return role == Role.TOOL ? "ipython" : role.spelling();
    }

    static PromptBuilder header(PromptBuilder prompt, String role) {
        return prompt.control("<|start_header_id|>")
                .text(role)
                .control("<|end_header_id|>")
                .text("\n\n");
    }
}
