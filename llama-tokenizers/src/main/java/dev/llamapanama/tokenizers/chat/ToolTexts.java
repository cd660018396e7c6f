// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How Llama 3.1 and later write tools, calls and results. */
final class ToolTexts {
    private ToolTexts() {}

    /** What stands before the question where the user's message tells of the tools. */
    static String question(List<ToolDefinition> tools) {
        StringBuilder text =
                new StringBuilder("Given the following functions, please respond with a JSON for a function "
                        + "call with its proper arguments that best answers the given prompt.\n\n");
        append(text, tools);
        return text.toString();
    }

    static void append(StringBuilder text, List<ToolDefinition> tools) {
        text.append(
                "Respond in the format {\"name\": function name, \"parameters\": dictionary of argument name and its "
                        + "value}.Do not use variables.\n\n");
        tools.forEach(tool -> text.append(Python.json(tool.json(), 4)).append("\n\n"));
    }

    static String json(ToolCall call) {
        return "{\"name\": \"" + call.name() + "\", \"parameters\": " + Python.json(call.arguments()) + "}";
    }

    /** As Meta's code writes it: with a type, and in ASCII. */
    static String typedJson(ToolCall call) {
        return Python.asciiJson(
                JsonValues.ordered("type", "function", "name", call.name(), "parameters", call.arguments()));
    }

    static String pythonic(List<ToolCall> calls) {
        return calls.stream().map(ToolTexts::pythonic).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String pythonic(ToolCall call) {
        StringBuilder text = new StringBuilder();
        call.arguments()
                .forEach((name, value) -> text.append(text.isEmpty() ? "" : ", ")
                        .append(name)
                        .append('=')
                        .append(literal(value)));
        return call.name() + "(" + text + ")";
    }

    /** A value in Python, with texts in double quotes, as Llama 4 and Meta's code write them. */
    private static String literal(@Nullable Object value) {
        return switch (value) {
            case String text -> Python.json(text);
            case List<?> list -> list.stream().map(ToolTexts::literal).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> literal(entry.getKey()) + ": " + literal(entry.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case null, default -> Python.text(value);
        };
    }

    /** A result: text and data as JSON, a number or truth value as Python prints it. */
    static String result(ChatMessage message) {
        if (message.content().size() == 1 && message.content().getFirst() instanceof ContentPart.Json(Object value)) {
            boolean iterable = value instanceof Iterable || value instanceof Map || value instanceof String;
            return iterable ? Python.json(value) : Python.text(value);
        }
        return Python.json(message.text());
    }

    /** A result: text as it is, data as JSON. */
    static String plainResult(ChatMessage message) {
        return message.content().size() == 1 && message.content().getFirst() instanceof ContentPart.Json(Object value)
                ? Python.json(value)
                : message.text();
    }
}
