// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.grammar.Grammar;
import dev.llamapanama.generation.grammar.GrammarException;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an answer may be where tools can be called. A call is written as Llama 3.1 and later were trained to: {@code {"name": …, "parameters": …}}.
 */
final class ToolGrammar {
    private static final JsonMapper JSON = JsonMapper.shared();
    /** What a call has first. */
    private static final String KEY = "name\"";
    /** Control tokens behind which code comes, or a call in any form. */
    private static final List<String> ANNOUNCEMENTS = List.of("<|python_tag|>", "<|python_start|>");
    /** Keywords whose values are no schemas. */
    private static final Set<String> VALUES = Set.of("const", "enum", "default", "examples");

    private ToolGrammar() {}

    /**
     * What an answer has to be, or null for any text.
     *
     * @throws IllegalArgumentException if a call is wanted, and there is no such tool, or grammars don't know a keyword of its schema
     */
    static @Nullable Constraint of(ToolChoice choice, List<ToolDefinition> tools, Tokenizer tokenizer) {
        return switch (choice) {
            case ToolChoice.Named(String name) -> Constraint.of(strict(choice, named(name, tools)));
            case ToolChoice.Mode mode ->
                switch (mode) {
                    case REQUIRED -> Constraint.of(strict(choice, tools));
                    case AUTO -> tools.isEmpty() ? null : new Constraint(callOrText(tools), announcements(tokenizer));
                    case NONE -> tools.isEmpty() ? null : Constraint.of(Grammar.ofRegex(text()));
                    case FREE -> null;
                };
        };
    }

    private static Set<Integer> announcements(Tokenizer tokenizer) {
        return ANNOUNCEMENTS.stream()
                .map(tokenizer::idOf)
                .flatMapToInt(OptionalInt::stream)
                .boxed()
                .collect(Collectors.toSet());
    }

    private static List<ToolDefinition> named(String name, List<ToolDefinition> tools) {
        return tools.stream().filter(tool -> tool.name().equals(name)).toList();
    }

    private static Grammar strict(ToolChoice choice, List<ToolDefinition> tools) {
        if (tools.isEmpty()) {
            throw new IllegalArgumentException("toolChoice: found " + choice + ", but no such tool");
        }
        try {
            return Grammar.ofJsonSchema(calls(tools, true));
        } catch (GrammarException e) {
            throw new IllegalArgumentException("toolChoice: found " + choice + ", but tools with " + e.getMessage(), e);
        }
    }

    private static Grammar callOrText(List<ToolDefinition> tools) {
        return Grammar.ofJsonSchemaOrRegex(calls(tools, false), text());
    }

    /** Text that doesn't begin like a call. */
    static String text() {
        StringBuilder notTheKey = new StringBuilder();
        for (int i = 0; i < KEY.length(); i++) {
            notTheKey
                    .append(i == 0 ? "" : "|")
                    .append(KEY, 0, i)
                    .append("([^")
                    .append(KEY.charAt(i))
                    .append("][\\s\\S]*)?");
        }
        return "\\s*(([^{\\s][\\s\\S]*)?|\\{\\s*(([^\"\\s][\\s\\S]*)?|\"(" + notTheKey + ")))";
    }

    /**
     * The schema of a call of one of the tools.
     *
     * @param strict whether a schema that grammars don't know is left as it is, and not replaced by that of any object
     */
    private static String calls(List<ToolDefinition> tools, boolean strict) {
        ObjectNode schema = JSON.createObjectNode();
        ArrayNode options = schema.putArray("anyOf");
        for (int i = 0; i < tools.size(); i++) {
            ObjectNode call = options.addObject().put("type", "object").put("additionalProperties", false);
            ObjectNode properties = call.putObject("properties");
            properties.putObject("name").put("const", tools.get(i).name());
            properties.set("parameters", parameters(tools.get(i), "#/anyOf/" + i + "/properties/parameters", strict));
            call.putArray("required").add("name").add("parameters");
        }
        return schema.toString();
    }

    private static JsonNode parameters(ToolDefinition tool, String place, boolean strict) {
        ObjectNode own = JSON.valueToTree(tool.parameters());
        own.putIfAbsent("type", JSON.getNodeFactory().stringNode("object"));
        if (!strict && !isKnown(own)) {
            return JSON.createObjectNode().put("type", "object");
        }
        moveTo(place, own);
        return own;
    }

    private static boolean isKnown(ObjectNode schema) {
        try {
            var _ = Grammar.ofJsonSchema(schema.toString());
            return true;
        } catch (GrammarException e) {
            return false;
        }
    }

    /** Lets references to places of a schema point to where it is now. */
    private static void moveTo(String place, JsonNode schema) {
        if (schema instanceof ObjectNode object) {
            if (object.path("$ref").isString()
                    && object.path("$ref").stringValue().startsWith("#")) {
                object.put("$ref", place + object.path("$ref").stringValue().substring(1));
            }
            for (Map.Entry<String, JsonNode> each : object.properties()) {
                if (!VALUES.contains(each.getKey())) {
                    moveTo(place, each.getValue());
                }
            }
        } else {
            schema.forEach(each -> moveTo(place, each));
        }
    }
}
