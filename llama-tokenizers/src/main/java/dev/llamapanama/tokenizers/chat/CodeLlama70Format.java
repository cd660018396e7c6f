// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;

/**
 * Code Llama 70B instruct, as Meta's {@code generation.py} writes it: a prompt begins with a system message, if need be
 * with an empty one; of an empty message there is the header only. Hugging Face's template, a text that is encoded as a whole, has other spaces.
 */
final class CodeLlama70Format extends BuiltInFormat {
    private static final String STEP = "<step>";

    CodeLlama70Format() {
        super("code-llama-70b", List.of(STEP, "</s>"));
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        refuseTools(options);
        Alternation conversation = Alternation.of(this, messages);
        PromptBuilder prompt = new PromptBuilder().control("<s>");
        turn(prompt, "system", conversation.system().orElse(""));
        conversation.turns().forEach(each -> turn(prompt, each.role().spelling(), each.text()));
        if (options.addGenerationPrompt()) {
            prompt.part(" Source: assistant\nDestination: user").part("\n\n ");
        }
        return prompt.build();
    }

    private static void turn(PromptBuilder prompt, String source, String content) {
        prompt.part(" Source: " + source);
        if (!content.isEmpty()) {
            prompt.part("\n\n " + Python.strip(content));
        }
        prompt.control(STEP);
    }
}
