// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a conversation becomes a prompt.
 *
 * @param addGenerationPrompt whether the prompt ends where the assistant's answer begins
 * @param tools functions that the model may call
 * @param builtInTools tools that models of Llama 3.1 know by name: {@code brave_search}, {@code wolfram_alpha},
 *     {@code code_interpreter}
 * @param date what formats that state a date call today; where absent, the format's own choice
 * @param variables further variables of a Jinja template, by name, as JSON values; built-in formats read those of them that
 *     their official template knows ({@code date_string}, {@code tools_in_user_message}, …)
 * @param template name of one of the model's templates, such as {@code rag}; where absent, {@code tool_use} for tools where
 *     there is one, else the default
 */
public record ChatOptions(
        boolean addGenerationPrompt,
        List<ToolDefinition> tools,
        List<String> builtInTools,
        Optional<LocalDate> date,
        Map<String, @Nullable Object> variables,
        Optional<String> template) {

    /** A prompt that asks for an answer, without tools; dates are the format's choice. */
    public static final ChatOptions DEFAULT =
            new ChatOptions(true, List.of(), List.of(), Optional.empty(), Map.of(), Optional.empty());

    /** @throws ChatException where a variable is no JSON value */
    public ChatOptions {
        tools = List.copyOf(tools);
        builtInTools = List.copyOf(builtInTools);
        variables = JsonValues.copyObject(variables);
    }

    /** The same with or without the beginning of an answer. */
    public ChatOptions withGenerationPrompt(boolean choice) {
        return new ChatOptions(choice, tools, builtInTools, date, variables, template);
    }

    /** The same with other tools. */
    public ChatOptions withTools(List<ToolDefinition> choice) {
        return new ChatOptions(addGenerationPrompt, choice, builtInTools, date, variables, template);
    }

    /** The same with other built-in tools. */
    public ChatOptions withBuiltInTools(List<String> choice) {
        return new ChatOptions(addGenerationPrompt, tools, choice, date, variables, template);
    }

    /** The same on another day. */
    public ChatOptions withDate(LocalDate choice) {
        return new ChatOptions(addGenerationPrompt, tools, builtInTools, Optional.of(choice), variables, template);
    }

    /** The same with other variables. */
    public ChatOptions withVariables(Map<String, @Nullable Object> choice) {
        return new ChatOptions(addGenerationPrompt, tools, builtInTools, date, choice, template);
    }

    /** The same with one of the model's templates by its name. */
    public ChatOptions withTemplate(String name) {
        return new ChatOptions(addGenerationPrompt, tools, builtInTools, date, variables, Optional.of(name));
    }
}
