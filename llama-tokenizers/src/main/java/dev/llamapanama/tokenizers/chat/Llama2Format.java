// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;

/**
 * Llama 2 chat, and Code Llama 7B to 34B instruct, as Meta's {@code generation.py} writes it and Hugging Face's template
 * does too: a question and its answer are one text between begin and end token. The tags are text, which is why contents
 * that hold one are refused, as Meta does.
 */
final class Llama2Format extends BuiltInFormat {
    private static final List<String> TAGS = List.of("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>");

    Llama2Format() {
        super("llama-2", List.of("</s>"));
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        refuseTools(options);
        messages.forEach(this::refuseTags);
        Alternation conversation = Alternation.of(this, messages);
        PromptBuilder prompt = new PromptBuilder();
        String system = conversation
                .system()
                .map(text -> "<<SYS>>\n" + text + "\n<</SYS>>\n\n")
                .orElse("");
        for (ChatMessage turn : conversation.turns()) {
            if (turn.role() == Role.USER) {
                prompt.control("<s>").text("[INST] " + Python.strip(system + turn.text()) + " [/INST]");
                system = "";
            } else {
                prompt.text(" " + Python.strip(turn.text()) + " ").control("</s>");
            }
        }
        if (!system.isEmpty()) {
            throw refuse("a system message alone", "a message of the user after it");
        }
        return prompt.build();
    }

    private void refuseTags(ChatMessage message) {
        for (String tag : TAGS) {
            if (message.text().contains(tag)) {
                throw refuse("the tag " + tag + " in a message", "none of " + TAGS + ", which divide its messages");
            }
        }
    }
}
