// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.ChatPrompt;
import dev.llamapanama.tokenizers.chat.ChatTemplates;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description = {
            "Prints a conversation as a model reads it, as JSON.",
            "The input is an object: messages, tools, add_generation_prompt, and further variables of templates."
        })
final class TemplateCommand extends ModelCommand {
    @Option(names = "--template", paramLabel = "FILE", description = "A Jinja template instead of the model's.")
    private @Nullable Path template;

    @Option(names = "--input", paramLabel = "FILE", required = true, description = "A JSON file: the conversation.")
    private Path input = Path.of("");

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "A built-in chat format instead of the model's template, such as llama-3.1.")
    private @Nullable String format;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Which of the model's templates, such as rag; without: tool_use for tools where there is one, else the default.")
    private @Nullable String name;

    @Option(
            names = "--date",
            paramLabel = "DATE",
            converter = DateConverter.class,
            description = "What templates take for today, as 2024-07-26.")
    private @Nullable LocalDate date;

    TemplateCommand(Console console) {
        super(console);
    }

    private record Text(String text) {}

    private record Prompt(String text, List<Integer> ids) {}

    @Override
    public void run() {
        if (name != null && (template != null || format != null || !model.namesTokenizer())) {
            throw new UsageException("--name: found no model whose templates it may name, expected --model alone");
        }
        Map<String, @Nullable Object> variables = Conversation.object(input.toString(), Conversation.read(input));
        if (!model.namesTokenizer()) {
            Json.print(out, new Text(withoutModel(variables)));
            return;
        }
        TokenizerDefinition definition = model.tokenizerDefinition();
        ChatPrompt prompt = prompt(definition, variables);
        int[] ids = prompt.encode(Tokenizers.of(definition));
        Json.print(out, new Prompt(prompt.text(), Arrays.stream(ids).boxed().toList()));
    }

    private String withoutModel(Map<String, @Nullable Object> variables) {
        if (template != null && format == null) {
            String source = TextFile.read(template);
            return Conversation.in(
                    template.toString(), () -> ChatTemplates.compile(source).render(completed(variables), now()));
        }
        if (format == null) {
            throw new UsageException("found neither --template nor --format nor a model, expected one of them");
        }
        return builtIn(ChatFormats.named(format), variables).text();
    }

    private ChatPrompt prompt(TokenizerDefinition definition, Map<String, @Nullable Object> variables) {
        if (format != null) {
            return builtIn(ChatFormats.named(format), variables);
        }
        String source = template != null
                ? TextFile.read(template)
                : ChatFormats.template(definition, name, variables.get("tools") != null)
                        .orElse(null);
        if (source == null) {
            return builtIn(byTokens(definition), variables);
        }
        return Conversation.in(
                template == null ? definition.source() : template.toString(),
                () -> ChatTemplates.prompt(source, definition, completed(variables), now()));
    }

    private static ChatFormat byTokens(TokenizerDefinition definition) {
        return ChatFormats.of(definition)
                .orElseThrow(() -> new ChatException(definition.source()
                        + ": chat format: found neither a template nor control tokens of one, expected --format: "
                        + ChatFormats.names()));
    }

    private static Map<String, @Nullable Object> completed(Map<String, @Nullable Object> stated) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(stated);
        variables.putIfAbsent("tools", null);
        variables.putIfAbsent("documents", null);
        variables.putIfAbsent("add_generation_prompt", false);
        return variables;
    }

    private LocalDateTime now() {
        return date == null ? LocalDateTime.now(ZoneId.systemDefault()) : date.atTime(LocalTime.NOON);
    }

    private ChatPrompt builtIn(ChatFormat chat, Map<String, @Nullable Object> stated) {
        Map<String, @Nullable Object> others = new LinkedHashMap<>(stated);
        List.of("messages", "tools", "builtin_tools", "add_generation_prompt").forEach(others::remove);
        ChatOptions options = ChatOptions.DEFAULT
                .withGenerationPrompt(Boolean.TRUE.equals(stated.get("add_generation_prompt")))
                .withTools(Conversation.tools(stated.get("tools")))
                .withBuiltInTools(Conversation.texts("builtin_tools", stated.get("builtin_tools")))
                .withVariables(others);
        return chat.prompt(
                Conversation.messages(stated.get("messages")), date == null ? options : options.withDate(date));
    }
}
