// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.tokenizers.chat.ChatException;
import dev.llamapanama.tokenizers.chat.ChatFormat;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
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
        Map<String, @Nullable Object> variables = Conversation.object(input.toString(), Conversation.read(input));
        if (!model.namesTokenizer()) {
            Json.print(out, new Text(withoutModel(variables)));
            return;
        }
        TokenizerDefinition definition = model.tokenizerDefinition();
        String source = format != null ? null : template == null ? definition.chatTemplate() : TextFile.read(template);
        ChatFormat chat = source == null
                ? builtIn(definition)
                : Conversation.in(origin(definition), () -> ChatFormats.ofTemplate(source, definition));
        List<ChatMessage> messages = Conversation.messages(variables.get("messages"));
        ChatOptions options = options(variables);
        int[] ids = chat.encode(messages, options, Tokenizers.of(definition));
        String text = source == null ? chat.render(messages, options) : rendered(source, variables, definition);
        Json.print(out, new Prompt(text, Arrays.stream(ids).boxed().toList()));
    }

    private String withoutModel(Map<String, @Nullable Object> variables) {
        if (template != null && format == null) {
            return rendered(TextFile.read(template), variables, null);
        }
        if (format == null) {
            throw new UsageException("found neither --template nor --format nor a model, expected one of them");
        }
        return ChatFormats.named(format).render(Conversation.messages(variables.get("messages")), options(variables));
    }

    private ChatFormat builtIn(TokenizerDefinition definition) {
        return format != null
                ? ChatFormats.named(format)
                : ChatFormats.of(definition)
                        .orElseThrow(() -> new ChatException(definition.source()
                                + ": chat format: found neither a template nor control tokens of one, expected --format: "
                                + ChatFormats.names()));
    }

    /** Rendered from what the input says, field by field, so that templates see all of it. */
    private String rendered(
            String source, Map<String, @Nullable Object> stated, @Nullable TokenizerDefinition definition) {
        Map<String, @Nullable Object> variables = new LinkedHashMap<>(stated);
        if (definition != null) {
            putSpelling(variables, "bos_token", definition, definition.special().bos());
            putSpelling(variables, "eos_token", definition, definition.special().eos());
        }
        variables.putIfAbsent("tools", null);
        variables.putIfAbsent("documents", null);
        variables.putIfAbsent("add_generation_prompt", false);
        LocalDateTime present = LocalDateTime.now(ZoneId.systemDefault());
        return Conversation.in(
                origin(definition),
                () -> ChatTemplates.compile(source)
                        .render(variables, date == null ? present : date.atTime(LocalTime.NOON)));
    }

    /** Where the template is from. */
    private String origin(@Nullable TokenizerDefinition definition) {
        return template != null || definition == null ? String.valueOf(template) : definition.source();
    }

    private static void putSpelling(
            Map<String, @Nullable Object> variables, String name, TokenizerDefinition definition, int id) {
        if (id >= 0) {
            variables.putIfAbsent(name, definition.pieces().get(id));
        }
    }

    private ChatOptions options(Map<String, @Nullable Object> stated) {
        Map<String, @Nullable Object> others = new LinkedHashMap<>(stated);
        List.of("messages", "tools", "add_generation_prompt").forEach(others::remove);
        ChatOptions options = ChatOptions.DEFAULT
                .withGenerationPrompt(Boolean.TRUE.equals(stated.get("add_generation_prompt")))
                .withTools(Conversation.tools(stated.get("tools")))
                .withVariables(others);
        return date == null ? options : options.withDate(date);
    }
}
