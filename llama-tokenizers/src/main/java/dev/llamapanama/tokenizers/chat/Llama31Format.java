// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Llama 3.1 to 3.3 instruct, as the templates that Meta published with the models write it, which always have a system
 * turn with dates; but code for the interpreter stands as it is behind {@code <|python_tag|>}, as models write it and
 * Meta's code does. They read the variables {@code date_string}, {@code tools_in_user_message}, and here also
 * {@code tool_call_style}: {@code pythonic} writes calls as {@code [f(a=1)]}, which Llama 3.2 and 3.3 know too.
 */
final class Llama31Format extends BuiltInFormat {
    private final boolean datesAreToday;
    private final boolean hasBuiltInTools;

    /**
     * @param datesAreToday whether a prompt without a date states the present one, as that of 3.2, or 26 July 2024
     * @param hasBuiltInTools whether the template knows built-in tools, as those of 3.1 and 3.3
     */
    Llama31Format(String name, boolean datesAreToday, boolean hasBuiltInTools) {
        super(name, Llama3Format.STOPS);
        this.datesAreToday = datesAreToday;
        this.hasBuiltInTools = hasBuiltInTools;
    }

    @Override
    ChatPrompt write(List<ChatMessage> messages, ChatOptions options) {
        boolean hasSystem = !messages.isEmpty() && messages.getFirst().role() == Role.SYSTEM;
        List<ChatMessage> rest = hasSystem ? messages.subList(1, messages.size()) : messages;
        boolean toolsToUser = !options.tools().isEmpty() && flag(options, "tools_in_user_message", true);
        PromptBuilder prompt = new PromptBuilder().control("<|begin_of_text|>");
        Llama3Format.header(prompt, "system")
                .text(preamble(options, toolsToUser))
                .text(hasSystem ? Python.strip(messages.getFirst().text()) : "")
                .control("<|eot_id|>");
        if (toolsToUser) {
            firstQuestion(prompt, rest, options);
            rest = rest.subList(1, rest.size());
        }
        rest.forEach(message -> message(prompt, message, options));
        return options.addGenerationPrompt()
                ? Llama3Format.header(prompt, "assistant").build()
                : prompt.build();
    }

    private boolean usesBuiltInTools(ChatOptions options) {
        return hasBuiltInTools && !options.builtInTools().isEmpty();
    }

    private String preamble(ChatOptions options, boolean toolsToUser) {
        StringBuilder text = new StringBuilder();
        if (usesBuiltInTools(options) || !options.tools().isEmpty()) {
            text.append("Environment: ipython\n");
        }
        if (usesBuiltInTools(options)) {
            List<String> named = options.builtInTools().stream()
                    .filter(tool -> !tool.equals(ToolCall.CODE_INTERPRETER))
                    .toList();
            text.append("Tools: ").append(String.join(", ", named)).append("\n\n");
        }
        text.append("Cutting Knowledge Date: December 2023\nToday Date: ")
                .append(date(options))
                .append("\n\n");
        if (!options.tools().isEmpty() && !toolsToUser) {
            text.append(
                    "You have access to the following functions. To call a function, please respond with JSON for a "
                            + "function call.");
            ToolTexts.append(text, options.tools());
        }
        return text.toString();
    }

    private String date(ChatOptions options) {
        LocalDate standard = datesAreToday ? LocalDate.now(ZoneId.systemDefault()) : LocalDate.of(2024, 7, 26);
        return variable(options, "date_string", Python.date(options.date().orElse(standard), "%d %b %Y"));
    }

    private void firstQuestion(PromptBuilder prompt, List<ChatMessage> rest, ChatOptions options) {
        if (rest.isEmpty()) {
            throw refuse("no message of the user", "one, to which the tools are added");
        }
        Llama3Format.header(prompt, "user")
                .text(ToolTexts.question(options.tools()))
                .text(Python.strip(rest.getFirst().text()))
                .control("<|eot_id|>");
    }

    private void message(PromptBuilder prompt, ChatMessage message, ChatOptions options) {
        Llama3Format.header(prompt, Llama3Format.roleName(message.role()));
        if (!message.toolCalls().isEmpty()) {
            calls(prompt, message.toolCalls(), options);
        } else if (message.role() == Role.TOOL) {
            prompt.text(ToolTexts.result(message)).control("<|eot_id|>");
        } else {
            prompt.text(Python.strip(message.text())).control("<|eot_id|>");
        }
    }

    private void calls(PromptBuilder prompt, List<ToolCall> calls, ChatOptions options) {
        ToolCall call = calls.getFirst();
        if (variable(options, "tool_call_style", "json").equals("pythonic")) {
            prompt.text(ToolTexts.pythonic(calls));
        } else if (calls.size() > 1) {
            throw refuse(calls.size() + " tool calls in a message", "one");
        } else if (usesBuiltInTools(options) && options.builtInTools().contains(call.name())) {
            prompt.control(ToolCalls.PYTHON_TAG)
                    .text(call.code().orElseGet(() -> call.name() + ".call(" + arguments(call.arguments()) + ")"));
        } else {
            prompt.text(ToolTexts.json(call));
        }
        prompt.control(usesBuiltInTools(options) ? "<|eom_id|>" : "<|eot_id|>");
    }

    private String arguments(Map<String, @Nullable Object> arguments) {
        StringBuilder text = new StringBuilder();
        arguments.forEach((name, value) -> text.append(text.isEmpty() ? "" : ", ")
                .append(name)
                .append("=\"")
                .append(Python.text(value))
                .append('"'));
        return text.toString();
    }
}
