// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Llama Guard 1 to 4: the conversation as text in one question, which asks whether its last message is safe. The texts are
 * those of Meta's {@code prompt_format_utils.py}; around them stand the tags or headers of the generation, as the templates
 * on Hugging Face write them (Meta's script has single spaces for Guard 3, and the tags of Llama 2 for Guard 2). Those of
 * Guard 3 end with the header of the answer, before its newlines. The variables {@code categories} (names by code) and {@code excluded_category_keys} (a list of
 * codes) change what is looked for.
 */
final class LlamaGuardFormat extends BuiltInFormat {
    private final GuardVersion version;

    LlamaGuardFormat(GuardVersion version) {
        super(version.formatName(), version.stops());
        this.version = version;
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        refuseTools(options);
        if (messages.isEmpty()) {
            throw refuse("no messages", "at least one to judge");
        }
        String body = body(messages, options);
        PromptBuilder prompt = new PromptBuilder();
        return switch (version) {
            case GUARD_1 ->
                prompt.control("<s>").text("[INST] " + body + " [/INST]").build();
            case GUARD_2 ->
                Llama3Format.header(question(prompt, body), "assistant").build();
            case GUARD_3 -> bareHeader(question(prompt, body));
            case GUARD_3_SMALL -> bareHeader(question(prompt, body + " "));
            case GUARD_4 -> {
                Llama4Format.header(prompt.control("<|begin_of_text|>"), "user")
                        .text(body)
                        .control("<|eot|>");
                yield Llama4Format.header(prompt, "assistant").build();
            }
        };
    }

    private static PromptBuilder question(PromptBuilder prompt, String body) {
        return Llama3Format.header(prompt.control("<|begin_of_text|>"), "user")
                .text(body)
                .control("<|eot_id|>");
    }

    /** The model writes the newlines behind the header itself. */
    private static ChatPrompt bareHeader(PromptBuilder prompt) {
        return prompt.control("<|start_header_id|>")
                .text("assistant")
                .control("<|end_header_id|>")
                .build();
    }

    private String body(List<ChatMessage> messages, ChatOptions options) {
        String role = speaker(messages.getLast());
        String conversation = messages.stream()
                .map(message -> speaker(message) + ": " + Python.strip(message.text()) + "\n\n")
                .collect(Collectors.joining());
        return "Task: Check if there is unsafe content in '" + role
                + "' messages in conversations according our safety "
                + "policy with the below categories.\n\n<BEGIN UNSAFE CONTENT CATEGORIES>\n"
                + categories(options)
                + "\n<END UNSAFE CONTENT CATEGORIES>\n\n<BEGIN CONVERSATION>\n\n"
                + conversation
                + "<END CONVERSATION>\n\n"
                + version.instructions(role);
    }

    private String speaker(ChatMessage message) {
        return switch (message.role()) {
            case USER -> "User";
            case ASSISTANT -> "Agent";
            case SYSTEM, TOOL -> throw refuse("a message of " + message.role().spelling(), "only user and assistant");
        };
    }

    private String categories(ChatOptions options) {
        Map<String, @Nullable Object> given =
                JsonValues.object(options.variables().get("categories"));
        List<?> excluded =
                options.variables().get("excluded_category_keys") instanceof List<?> codes ? codes : List.of();
        Map<String, ?> named = given.isEmpty() ? version.categories() : given;
        return named.entrySet().stream()
                .filter(entry -> !excluded.contains(entry.getKey()))
                .map(entry -> entry.getKey() + ": " + entry.getValue() + (given.isEmpty() ? "." : ""))
                .collect(Collectors.joining("\n"));
    }
}
