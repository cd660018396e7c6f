// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.TestVocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class TokenizeCommandTest {
    private static final int BEGIN = 1;
    private static final int END = 2;

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        model = TestModel.builder().build().writeGguf(folder);
    }

    @Test
    void printsIdsAndPieces() {
        JsonNode json = Cli.json("tokenize", "--model", model, "--text", "the");

        assertEquals(List.of("ids", "pieces"), Cli.keys(json));
        assertArrayEquals(new int[] {BEGIN, TestVocabulary.PIECES.indexOf("▁the")}, Cli.ints(json.get("ids")));
        assertEquals(
                List.of("<s>", "▁the"),
                json.get("pieces").valueStream().map(JsonNode::stringValue).toList());
    }

    @Test
    void leavesTheBeginTokenAway() {
        JsonNode json = Cli.json("tokenize", "--model", model, "--text", "the", "--no-bos");

        assertArrayEquals(new int[] {TestVocabulary.PIECES.indexOf("▁the")}, Cli.ints(json.get("ids")));
    }

    @Test
    void parsesControlTokensOnlyWhenAsked() {
        int[] plain = Cli.ints(Cli.json("tokenize", "--model", model, "--no-bos", "--text", "</s>")
                .get("ids"));
        int[] special = Cli.ints(Cli.json("tokenize", "--model", model, "--no-bos", "--special", "--text", "</s>")
                .get("ids"));

        assertTrue(Arrays.stream(plain).noneMatch(id -> id == END));
        assertArrayEquals(new int[] {END}, special);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "once upon a time",
                "ÜBER ığ 日本 🦙\n\ttab",
                "--model",
                "--help",
                "-h",
                "- a",
                "generate",
                "@file",
                "\"quoted\""
            })
    void textComesBack(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("text.txt"), text);
        JsonNode fromArgument = Cli.json("tokenize", "--model", model, "--text", text);
        JsonNode fromFile = Cli.json("tokenize", "--model", model, "--file", file);
        String ids = Arrays.stream(Cli.ints(fromArgument.get("ids")))
                .mapToObj(String::valueOf)
                .collect(Collectors.joining(","));

        assertEquals(fromArgument, fromFile);
        JsonNode back = Cli.json("detokenize", "--json", "--model", model, "--ids", ids);
        assertEquals(List.of("text"), Cli.keys(back));
        assertEquals(text, back.get("text").stringValue());
        assertEquals(text + System.lineSeparator(), Cli.text("detokenize", "--model", model, "--ids", ids));
    }

    @Test
    void idsMayHaveSpacesBetweenThem() {
        assertEquals(
                Cli.text("detokenize", "--model", model, "--ids", "1,259,260"),
                Cli.text("detokenize", "--model", model, "--ids", " 1 259,  260 "));
    }

    @Test
    void batchGivesOneResultForEachText() throws IOException {
        Path batch = Files.writeString(folder.resolve("batch.json"), "[\"the\", \"\", \"the\\u00fc\"]");

        JsonNode json = Cli.json("tokenize", "--model", model, "--batch", batch);

        assertEquals(3, json.size());
        json.forEach(result -> assertEquals(List.of("ids"), Cli.keys(result)));
        assertArrayEquals(
                new int[] {BEGIN, TestVocabulary.PIECES.indexOf("▁the")},
                Cli.ints(json.get(0).get("ids")));
        assertArrayEquals(new int[] {BEGIN}, Cli.ints(json.get(1).get("ids")));
        assertEquals(
                Cli.json("tokenize", "--model", model, "--text", "theü").get("ids"),
                json.get(2).get("ids"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\": 1}", "[1]", "[null]", "[\"open", "", "\"text\""})
    void batchOfAnythingElseIsRefused(String content) throws IOException {
        Path batch = Files.writeString(folder.resolve("batch.json"), content);

        Cli cli = Cli.run("tokenize", "--model", model, "--batch", batch);

        assertEquals(1, cli.exit());
        assertTrue(cli.err().contains("batch.json: found"), cli.err());
        assertTrue(cli.err().contains("expected a JSON array of strings"), cli.err());
    }

    @Test
    void bareTokenizerFilesNeedNoModel() throws IOException {
        Path bin = TestModel.builder().build().writeLlama2c(folder);
        Path vocabularyOnly = withoutWeights();
        JsonNode expected = Cli.json("tokenize", "--model", model, "--text", "the end");

        assertEquals(
                expected,
                Cli.json("tokenize", "--tokenizer", bin.resolveSibling("tokenizer.bin"), "--text", "the end"));
        assertEquals(expected, Cli.json("tokenize", "--tokenizer", vocabularyOnly, "--text", "the end"));
        assertEquals(expected, Cli.json("tokenize", "--model", vocabularyOnly, "--text", "the end"));
        assertEquals(expected, Cli.json("tokenize", "--model", bin, "--text", "the end"));
    }

    private Path withoutWeights() {
        TestModel whole = TestModel.builder().build();
        GgufWriter writer = whole.gguf();
        whole.weights().keySet().forEach(writer::removeTensor);
        return writer.write(folder.resolve("vocabulary.gguf"));
    }
}
