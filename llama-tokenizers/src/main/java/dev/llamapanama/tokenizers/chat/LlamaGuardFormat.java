// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Llama Guard 1 to 4: the conversation as text in one question, which asks whether its last message is safe. The texts are
 * those of Meta's {@code prompt_format_utils.py}; around them stand the tags or headers of the generation, with two
 * newlines, as the templates on Hugging Face write them (Meta's script has single spaces for Guard 3, and the tags of
 * Llama 2 for Guard 2). The variables {@code categories} (names by code) and {@code excluded_category_keys} (a list of
 * codes) change what is looked for.
 */
final class LlamaGuardFormat extends BuiltInFormat {
    private final GuardVersion version;

    LlamaGuardFormat(GuardVersion version) {
        super(version.formatName(), version.stops());
        this.version = version;
    }

    @Override
    public ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        refuseTools(options);
        if (messages.isEmpty()) {
            throw refuse("no messages", "at least one to judge");
        }
        String body = body(messages, options);
        PromptBuilder prompt = new PromptBuilder();
        return switch (version) {
            case GUARD_1 ->
                prompt.control("<s>").text("[INST] " + body + " [/INST]").build();
            case GUARD_2, GUARD_3, GUARD_3_SMALL -> {
                Llama3Format.header(prompt.control("<|begin_of_text|>"), "user")
                        .text(body)
                        .control("<|eot_id|>");
                yield Llama3Format.header(prompt, "assistant").build();
            }
            case GUARD_4 -> {
                Llama4Format.header(prompt.control("<|begin_of_text|>"), "user")
                        .text(body)
                        .control("<|eot|>");
                yield Llama4Format.header(prompt, "assistant").build();
            }
        };
    }

    private String body(List<ChatMessage> messages, ChatOptions options) {
        String role = speaker(messages.getLast());
        String conversation = messages.stream()
                .map(message -> speaker(message) + ": " + Python.strip(text(message)) + "\n\n")
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
