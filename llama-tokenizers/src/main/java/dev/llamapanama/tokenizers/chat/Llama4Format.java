// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.List;
import java.util.Optional;

/**
 * Llama 4 instruct, as Meta's {@code chat_format.py} writes it: contents aren't stripped; turns that call tools, and
 * their results, end with {@code <|eom|>}; calls are JSON with a type, those of built-in tools {@code name.call(query="…")},
 * and with {@code tool_call_style} {@code pythonic} all are {@code [f(a=1)]}. Code stands between {@code <|python_start|>} and
 * {@code <|python_end|>}. Of what tools there are Meta's code says nothing: that is told as Hugging Face's template does, in
 * the first message of the user, or with {@code tools_in_user_message} false in the system message.
 */
final class Llama4Format extends BuiltInFormat {
    static final List<String> STOPS = List.of("<|end_of_text|>", "<|eom|>", "<|eot|>");

    Llama4Format() {
        super("llama-4", STOPS);
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        PromptBuilder prompt = new PromptBuilder().control("<|begin_of_text|>");
        boolean tools = !options.tools().isEmpty();
        boolean toUser = tools && flag(options, "tools_in_user_message", true);
        if (toUser && messages.stream().noneMatch(message -> message.role() == Role.USER)) {
            throw refuse("no message of the user", "one, to which the tools are added");
        }
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
        if (tools && !toUser && !hasSystem) {
            turn(prompt, "system", toolsForSystem(options, false), "<|eot|>");
        }
        boolean told = false;
        for (ChatMessage message : messages) {
            boolean first = message.role() == Role.USER && toUser && !told;
            told |= first;
            message(prompt, message, first ? ToolTexts.question(options.tools()) : "", options);
        }
        return options.addGenerationPrompt() ? header(prompt, "assistant").build() : prompt.build();
    }

    private static String toolsForSystem(ChatOptions options, boolean toUser) {
        StringBuilder text = new StringBuilder("Environment: ipython\n");
        if (!toUser) {
            text.append(
                    "You have access to the following functions. To call a function, please respond with JSON for a "
                            + "function call.");
            ToolTexts.append(text, options.tools());
        }
        return text.toString();
    }

    private void message(PromptBuilder prompt, ChatMessage message, String before, ChatOptions options) {
        switch (message.role()) {
            case SYSTEM -> {
                boolean toUser = flag(options, "tools_in_user_message", true);
                String tools = options.tools().isEmpty() ? "" : toolsForSystem(options, toUser);
                turn(prompt, "system", tools + message.text(), "<|eot|>");
            }
            case USER -> turn(prompt, "user", before + message.text(), "<|eot|>");
            case TOOL -> turn(prompt, "ipython", ToolTexts.plainResult(message), "<|eom|>");
            case ASSISTANT -> {
                header(prompt, "assistant").part(message.text());
                calls(prompt, message.toolCalls(), options);
                prompt.control(message.toolCalls().isEmpty() ? "<|eot|>" : "<|eom|>");
            }
        }
    }

    private static void calls(PromptBuilder prompt, List<ToolCall> calls, ChatOptions options) {
        if (!calls.isEmpty() && variable(options, "tool_call_style", "json").equals("pythonic")) {
            prompt.part(ToolTexts.pythonic(calls));
            return;
        }
        for (ToolCall call : calls) {
            boolean defined =
                    options.tools().stream().anyMatch(tool -> tool.name().equals(call.name()));
            Optional<String> code = defined ? Optional.empty() : call.code();
            if (code.isPresent()) {
                prompt.control(ToolCalls.PYTHON_START).part(code.get()).control(ToolCalls.PYTHON_END);
            } else if (!defined
                    && ToolCalls.BUILT_IN_TOOLS.contains(call.name())
                    && call.arguments().get("query") instanceof String query) {
                prompt.part(call.name() + ToolCalls.CALL + "(query=\"" + query + "\")");
            } else {
                prompt.part(ToolTexts.typedJson(call));
            }
        }
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
