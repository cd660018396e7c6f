// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Cli chat(String input, Object... more) {
        Object[] args = new Object[8 + more.length];
        List<Object> first = List.of(
                "chat",
                "--model",
                TestModel.builder().layers(1).build().writeGguf(folder),
                "--format",
                "llama-2",
                "--temperature",
                "0",
                "--max-tokens=4");
        for (int i = 0; i < args.length; i++) {
            args[i] = i < 8 ? first.get(i) : more[i - 8];
        }
        return Cli.runWithInput(input, args);
    }

    private static List<JsonNode> answers(Cli cli) {
        assertEquals(0, cli.exit(), cli.err());
        return cli.out().lines().map(JsonMapper.shared()::readTree).toList();
    }

    @Test
    void answersEachLine() {
        List<JsonNode> answers = answers(chat("once\n\nupon\n", "--json"));

        assertEquals(2, answers.size());
        assertEquals(List.of("text", "toolCalls", "finishReason"), Cli.keys(answers.getFirst()));
        assertEquals("length", answers.getFirst().at("/finishReason").stringValue());
        String text = answers.getFirst().at("/text").stringValue() + System.lineSeparator();
        assertTrue(chat("once\n").out().startsWith(text));
    }

    @Test
    void beginsAnewAndTakesBack() {
        List<JsonNode> answers = answers(chat("once\n/undo\nonce\non\n/clear\nonce\n/exit\nupon\n", "--json"));

        assertEquals(4, answers.size());
        assertEquals(answers.get(0), answers.get(1));
        assertEquals(answers.get(0), answers.get(3));
    }

    @Test
    void theSystemIsPartOfThePrompt() {
        List<JsonNode> with = answers(chat("once\n", "--json", "--system", "upon a time upon a time"));
        List<JsonNode> without = answers(chat("once\n", "--json"));

        assertTrue(!with.equals(without), with::toString);
    }

    @Test
    void refusesWhatItCannotRead() throws IOException {
        Path tools = Files.writeString(folder.resolve("tools.json"), "[{\"description\": \"no name\"}]");
        assertEquals(1, chat("once\n", "--tools", tools).exit());
        assertTrue(chat("once\n", "--tools", tools).err().contains("found no name"));
        assertTrue(chat("once\n", "--tool-choice", "required").err().contains("no such tool"));
        assertTrue(chat("once\n", "--echo").err().contains("echo: found true"));
        Path model = TestModel.builder().layers(1).build().writeGguf(folder);
        Cli unknown = Cli.run("chat", "--model", model, "--format", "llama-0");
        assertTrue(unknown.err().contains("found 'llama-0', expected one of"), unknown.err());
        Cli base = Cli.run("chat", "--model", model);
        assertTrue(base.err().contains("found neither a template nor control tokens"), base.err());
    }
}
