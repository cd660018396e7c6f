// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class GenerateCommandTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TestModel.builder().build().writeGguf(folder);
    }

    @Test
    void printsWhatTheEngineGenerates() {
        GenerationOptions options =
                GenerationOptions.builder().maxTokens(20).temperature(0).build();

        String text = Cli.text("generate", "--model", model, "--prompt", "the", "--max-tokens", 20, "--temperature", 0);

        assertEquals(expected("the", options).text() + "\n", text.replace("\r\n", "\n"));
    }

    @Test
    void adaptersAreAdded() {
        TestModel shape = TestModel.builder().build();
        Path one = TestAdapter.of(shape, 4, 4, 1).writeGguf(folder, "one.gguf");
        Path two = TestAdapter.of(shape, 2, 4, 2).writeGguf(folder, "two.gguf");
        String expected;
        try (Llama llama =
                Llama.open(model, LlamaOptions.DEFAULT.withAdapter(one, -0.5).withAdapter(two))) {
            GenerationOptions options =
                    GenerationOptions.builder().maxTokens(9).temperature(0).build();
            expected = llama.generate("the", options).text() + "\n";
        }

        String text = Cli.text(
                "generate",
                "--model",
                model,
                "--prompt",
                "the",
                "--max-tokens",
                9,
                "--temperature",
                0,
                "--lora",
                one + ":-0.5",
                "--lora",
                two);

        assertEquals(expected, text.replace("\r\n", "\n"));
    }

    @Test
    void printsOneJsonObjectOfTheStatedKeys() {
        GenerationOptions options =
                GenerationOptions.builder().maxTokens(5).temperature(0).build();
        Generation expected = expected("the", options);

        JsonNode json = Cli.json(
                "generate", "--json", "--model", model, "--prompt", "the", "--max-tokens", 5, "--temperature", 0);

        assertEquals(List.of("text", "tokens", "finishReason", "usage", "timings", "backend"), Cli.keys(json));
        assertEquals(List.of("promptTokens", "completionTokens"), Cli.keys(json.get("usage")));
        assertEquals(
                List.of("loadMillis", "firstTokenMillis", "prefillTokensPerSecond", "decodeTokensPerSecond"),
                Cli.keys(json.get("timings")));
        assertEquals(expected.text(), json.get("text").stringValue());
        assertEquals(
                expected.tokens(),
                json.get("tokens").valueStream().map(JsonNode::intValue).toList());
        assertEquals("length", json.get("finishReason").stringValue());
        assertEquals(
                expected.usage().promptTokens(), json.at("/usage/promptTokens").intValue());
        assertEquals(5, json.at("/usage/completionTokens").intValue());
        assertTrue(json.at("/timings/firstTokenMillis").doubleValue() > 0);
        assertTrue(json.get("backend").stringValue().startsWith("cpu-"));
    }

    @Test
    void emptyPromptIsTheBeginTokenAlone() {
        JsonNode json = Cli.json("generate", "--json", "--model", model, "--prompt", "", "--max-tokens", 2);

        assertEquals(1, json.at("/usage/promptTokens").intValue());
    }

    @Test
    void sameSeedSameText() {
        Object[] args = {
            "generate", "--model", model, "--prompt", "a", "--max-tokens", 30, "--temperature", 2, "--seed", 7
        };

        assertEquals(Cli.text(args), Cli.text(args));
    }

    @Test
    void everyOptionReachesTheEngine() throws IOException {
        Path prompt = Files.writeString(folder.resolve("prompt.txt"), "was it");
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(40)
                .temperature(1.5)
                .topK(11)
                .topP(0.8)
                .seed(3)
                .stop("e", "zz")
                .echo(true)
                .build();
        Generation expected = expected("was it", options);

        Object[] args = {
            "generate",
            "--json",
            "--model",
            model,
            "--prompt-file",
            prompt,
            "--max-tokens",
            40,
            "--temperature",
            1.5,
            "--top-k",
            11,
            "--top-p",
            0.8,
            "--seed",
            3,
            "--stop",
            "e",
            "--stop",
            "zz",
            "--echo"
        };

        JsonNode json = Cli.json(args);

        assertEquals(expected.text(), json.get("text").stringValue());
    }

    @Test
    void guessesDontChangeTheText() {
        Object[] plain = {
            "generate", "--json", "--model", model, "--prompt", "the", "--max-tokens", 20, "--temperature", 0
        };
        JsonNode expected = Cli.json(plain);
        assertEquals(2, expected.get("usage").size());
        for (List<Object> way : List.of(
                List.<Object>of("--prompt-lookup"),
                List.<Object>of("--draft-model", model),
                List.<Object>of("--draft-model", model, "--draft-tokens", 3))) {
            List<Object> args = new ArrayList<>(List.of(plain));
            args.addAll(way);
            assertEquals(expected.get("tokens"), Cli.json(args.toArray()).get("tokens"), way.toString());
        }
    }

    @Test
    void severalContinuationsAreLines() {
        Object[] args = {
            "generate", "--json", "--model", model, "--prompt", "the", "--max-tokens", 8, "--seed", 5, "--count", 3
        };
        List<JsonNode> lines =
                Cli.text(args).lines().map(JsonMapper.shared()::readTree).toList();
        assertEquals(3, lines.size());
        for (int i = 0; i < 3; i++) {
            GenerationOptions options =
                    GenerationOptions.builder().maxTokens(8).seed(5 + i).build();
            assertEquals(
                    expected("the", options).text(), lines.get(i).get("text").stringValue());
        }
        assertEquals(
                2,
                Cli.run("generate", "--model", model, "--prompt", "a", "--count", 2)
                        .exit());
    }

    @Test
    void guessesThatCannotBeAreRefused() {
        Object[] model = {"generate", "--model", this.model, "--prompt", "the"};
        for (List<Object> wrong : List.of(
                List.<Object>of("--draft-tokens", 3),
                List.<Object>of("--prompt-lookup", "--draft-tokens", 32),
                List.<Object>of("--prompt-lookup", "--draft-model", this.model))) {
            List<Object> args = new ArrayList<>(List.of(model));
            args.addAll(wrong);
            assertTrue(Cli.run(args.toArray()).err().contains("--draft-"), wrong.toString());
        }
    }

    @Test
    void finishReasonIsLowerCaseWhateverTheLocale() {
        JsonNode json = Cli.json(
                "generate", "--json", "--model", model, "--prompt", "a", "--max-tokens", 1000, "--temperature", 0);

        assertEquals("context_full", json.get("finishReason").stringValue());
    }

    @Test
    void textIsShownAsItComes() {
        Flushes out = new Flushes();

        int exit = Main.run(
                new Console(
                        InputStream.nullInputStream(),
                        out,
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        false),
                "generate",
                "--model",
                model.toString(),
                "--prompt",
                "a",
                "--max-tokens",
                "9",
                "--temperature",
                "0");

        assertEquals(0, exit);
        assertTrue(out.flushes >= 9, "flushed " + out.flushes + " times");
    }

    private static final class Flushes extends ByteArrayOutputStream {
        private int flushes;

        @Override
        public void flush() {
            flushes++;
        }
    }

    private Generation expected(String prompt, GenerationOptions options) {
        try (Llama llama = Llama.open(model, LlamaOptions.DEFAULT)) {
            return llama.generate(prompt, options);
        }
    }
}
