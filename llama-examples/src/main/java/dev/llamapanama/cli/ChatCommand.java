// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Chat;
import dev.llamapanama.ChatReply;
import dev.llamapanama.ChatSettings;
import dev.llamapanama.Llama;
import dev.llamapanama.Speculation;
import dev.llamapanama.ToolChoice;
import dev.llamapanama.tokenizers.chat.ChatFormats;
import dev.llamapanama.tokenizers.chat.ChatMessage;
import dev.llamapanama.tokenizers.chat.ChatOptions;
import dev.llamapanama.tokenizers.chat.Role;
import dev.llamapanama.tokenizers.chat.ToolCall;
import dev.llamapanama.tokenizers.chat.ToolDefinition;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        description = {
            "Talks with a model in its own chat format.",
            "On a terminal: a backslash at the end of a line continues it, Ctrl-C stops an answer and keeps the chat,"
                    + " Ctrl-D leaves. Elsewhere each line of standard input is a message.",
            "/clear begins anew, /undo takes the last question and answer back, /exit leaves."
        })
final class ChatCommand extends RunCommand {
    @Option(names = "--system", paramLabel = "TEXT", description = "What the model is and how it shall answer.")
    private @Nullable String system;

    @Option(
            names = "--tools",
            paramLabel = "FILE",
            description = "A JSON array of functions that the model may call; you are asked for what they return.")
    private @Nullable Path tools;

    @Option(
            names = "--tool-choice",
            paramLabel = "CHOICE",
            description = "auto, none, required, free (calls may be malformed), or the name of a function.")
    private String toolChoice = "auto";

    @Option(
            names = "--format",
            paramLabel = "NAME",
            description = "Chat format instead of the model's own, such as llama-3.1.")
    private @Nullable String format;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "Which of the model's chat templates, such as rag; without: tool_use for --tools where there is one,"
                            + " else the default.")
    private @Nullable String name;

    @Option(
            names = "--date",
            paramLabel = "DATE",
            converter = DateConverter.class,
            description = "What the model is told of today, as 2024-07-26.")
    private @Nullable LocalDate date;

    @Mixin
    private final SamplingOptions sampling = new SamplingOptions();

    @Mixin
    private final SpeculationOption speculation = new SpeculationOption();

    private final Console console;

    ChatCommand(Console console) {
        super(console);
        this.console = console;
    }

    /** What {@code --json} prints for each answer. */
    private record Answer(String text, List<ToolCall> toolCalls, String finishReason) {
        static Answer of(ChatReply reply) {
            return new Answer(reply.text(), reply.toolCalls(), GenerateCommand.name(reply.finishReason()));
        }
    }

    @Override
    public void run() {
        try (SpeculationOption.Guesses guesses = speculation.open(model)) {
            talk(settings(guesses.speculation()));
        }
    }

    private void talk(ChatSettings settings) {
        try (Llama llama = open();
                Chat chat = llama.chat(settings);
                ChatInput input = ChatInput.open(console)) {
            for (String line = input.next("> "); line != null; line = input.next("> ")) {
                if (line.strip().equals("/exit")) {
                    return;
                }
                obey(chat, settings, line, input);
            }
        }
    }

    private ChatSettings settings(@Nullable Speculation guessed) {
        ChatOptions options = ChatOptions.DEFAULT;
        if (tools != null) {
            options = options.withTools(tools(tools));
        }
        if (date != null) {
            options = options.withDate(date);
        }
        if (name != null) {
            options = options.withTemplate(name);
        }
        ChatSettings settings = ChatSettings.DEFAULT.withPrompt(options);
        try {
            settings = settings.withToolChoice(choice()).withGeneration(sampling.toOptions(guessed));
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
        settings = format == null ? settings : settings.withFormat(ChatFormats.named(format));
        return system == null ? settings : settings.withSystem(system);
    }

    private ToolChoice choice() {
        return switch (toolChoice) {
            case "auto" -> ToolChoice.AUTO;
            case "none" -> ToolChoice.NONE;
            case "required" -> ToolChoice.REQUIRED;
            case "free" -> ToolChoice.FREE;
            default -> ToolChoice.of(toolChoice);
        };
    }

    private static List<ToolDefinition> tools(Path file) {
        Object json = Conversation.read(file);
        return Conversation.in(file.toString(), () -> Conversation.tools(json));
    }

    private void obey(Chat chat, ChatSettings settings, String line, ChatInput input) {
        switch (line.strip()) {
            case "" -> {}
            case "/clear" -> chat.rewind(settings.history().size());
            case "/undo" -> undo(chat, settings.history().size());
            default -> talk(chat, List.of(ChatMessage.user(line)), input);
        }
    }

    /** Back to before the last question, which may have led to calls and their results. */
    private static void undo(Chat chat, int least) {
        List<ChatMessage> messages = chat.messages();
        int count = messages.size();
        while (count > least && messages.get(--count).role() != Role.USER) {}
        chat.rewind(count);
    }

    private void talk(Chat chat, List<ChatMessage> said, ChatInput input) {
        List<ChatMessage> next = said;
        while (!next.isEmpty()) {
            ChatReply reply = answer(chat, next, input);
            next = results(reply.toolCalls(), input);
        }
    }

    private ChatReply answer(Chat chat, List<ChatMessage> said, ChatInput input) {
        ChatReply reply = input.interruptible(chat.stream(said), piece -> {
            if (!json) {
                out.print(piece);
                out.flush();
            }
        });
        if (json) {
            Json.print(out, Answer.of(reply));
        } else {
            reply.toolCalls().forEach(call -> out.print(call.name() + call.argumentsJson() + System.lineSeparator()));
            out.println();
        }
        out.flush();
        return reply;
    }

    /** What tools return is asked for; without an answer to that the conversation goes on without. */
    private static List<ChatMessage> results(List<ToolCall> calls, ChatInput input) {
        List<ChatMessage> results = new ArrayList<>();
        for (ToolCall call : calls) {
            String result = input.next("result of " + call.name() + "> ");
            if (result == null) {
                return List.of();
            }
            results.add(ChatMessage.tool(result).answering(call));
        }
        return results;
    }
}
