// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;

/**
 * Llama 4 instruct, as Meta's {@code chat_format.py} writes it: contents aren't stripped; turns that call tools, and
 * their results, end with {@code <|eom|>} (Hugging Face's template ends all with {@code <|eot|>}). Tools are told as
 * Hugging Face's template does: in the first message of the user, or with {@code tools_in_user_message} false in the system
 * message. Calls are JSON, or with {@code tool_call_style} {@code pythonic} {@code [f(a=1)]}.
 */
final class Llama4Format extends BuiltInFormat {
    Llama4Format() {
        super("llama-4", List.of("<|end_of_text|>", "<|eom|>", "<|eot|>"));
    }

    @Override
    public ChatPrompt prompt(List<ChatMessage> messages, ChatOptions options) {
        PromptBuilder prompt = new PromptBuilder().control("<|begin_of_text|>");
        boolean tools = !options.tools().isEmpty();
        boolean toUser = tools && flag(options, "tools_in_user_message", true);
        if (toUser && messages.stream().noneMatch(message -> message.role() == Role.USER)) {
            throw refuse("no message of the user", "one, to which the tools are added");
        }
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
        if (tools && !toUser && !hasSystem) {
            turn(prompt, "system", toolsForSystem(options), "<|eot|>");
        }
        boolean told = false;
        for (ChatMessage message : messages) {
            boolean first = message.role() == Role.USER && toUser && !told;
            told |= first;
            message(prompt, message, first ? ToolTexts.question(options.tools()) : "", options);
        }
        return options.addGenerationPrompt() ? header(prompt, "assistant").build() : prompt.build();
    }

    private static String toolsForSystem(ChatOptions options) {
        StringBuilder text =
                new StringBuilder("Environment: ipython\nYou have access to the following functions. To call a "
                        + "function, please respond with JSON for a function call.");
        ToolTexts.append(text, options.tools());
        return text.toString();
    }

    private void message(PromptBuilder prompt, ChatMessage message, String before, ChatOptions options) {
        switch (message.role()) {
            case SYSTEM -> {
                boolean tells = !options.tools().isEmpty() && !flag(options, "tools_in_user_message", true);
                turn(prompt, "system", (tells ? toolsForSystem(options) : "") + text(message), "<|eot|>");
            }
            case USER -> turn(prompt, "user", before + text(message), "<|eot|>");
            case TOOL -> turn(prompt, "ipython", ToolTexts.result(message), "<|eom|>");
            case ASSISTANT -> {
                boolean calls = !message.toolCalls().isEmpty();
                turn(prompt, "assistant", text(message) + calls(message, options), calls ? "<|eom|>" : "<|eot|>");
            }
        }
    }

    private static String calls(ChatMessage message, ChatOptions options) {
        if (message.toolCalls().isEmpty()) {
            return "";
        }
        if (variable(options, "tool_call_style", "json").equals("pythonic")) {
            return ToolTexts.pythonic(message.toolCalls());
        }
        StringBuilder text = new StringBuilder();
        message.toolCalls().forEach(call -> text.append(ToolTexts.json(call)));
        return text.toString();
    }

    private static void turn(PromptBuilder prompt, String role, String content, String end) {
        header(prompt, role).part(content).control(end);
    }

    static PromptBuilder header(PromptBuilder prompt, String role) {
        return prompt.control("<|header_start|>")
                .text(role)
                .control("<|header_end|>")
                .text("\n\n");
    }
}
