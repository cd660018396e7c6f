// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.TrainingRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PretrainCommandTest {
    @TempDir
    private Path folder;

    private Path recipe;

    @BeforeEach
    void write() throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "one two three, one two\nthree 123 one\n--\n".repeat(9));
        Cli.text(
                "tokenizer",
                "train",
                "--input",
                text,
                "--vocab-size",
                290,
                "--byte-fallback",
                "--output",
                folder.resolve("tokenizer.model"));
        recipe = Files.writeString(folder.resolve("recipe.json"), """
                {
                  "preset": "llama-2",
                  "model": {"dim": 16, "layers": 1, "heads": 2, "kvHeads": 1, "ffnDim": 24, "contextLength": 32},
                  "schedule": {"peak": 0.02, "warmUpSteps": 1, "cosineSteps": 5},
                  "stages": [{"fromTokens": 0, "batchTokens": 64, "sequenceLength": 32}],
                  "evaluationSteps": 3,
                  "checkpointSteps": 2,
                  "tokenizer": "tokenizer.model",
                  "sources": [{"name": "numbers", "path": "text", "weight": 1, "separator": "--"}],
                  "output": "out"
                }
                """);
    }

    private Cli train(Object... more) {
        Object[] args = {"train", "pretrain", "--recipe", recipe};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.run(all);
    }

    @Test
    void theModelIsUsable() {
        Cli cli = train();
        assertEquals("", cli.err());
        List<String> lines = cli.out().lines().toList();
        assertEquals(3, lines.size(), cli.out());
        assertTrue(
                lines.get(0).matches("step 3 of 6: loss .*, held out .*, gradient norm .* tokens/s, \\d+ s left"),
                cli.out());
        assertTrue(lines.get(2).matches(".*model\\.gguf: numbers read \\d+\\.\\d\\d times"), cli.out());

        Cli generated =
                Cli.run("generate", "--model", folder.resolve("out/model.gguf"), "--prompt", "one", "--max-tokens", 4);
        assertEquals(0, generated.exit(), generated.err());
    }

    @Test
    void goesOnAndPrintsJsonAndABar() throws IOException {
        assertEquals(0, train().exit());
        Cli there = train();
        assertEquals(1, there.exit());
        assertTrue(
                there.err().contains("found checkpoints of a training, expected none, or to resume it"), there.err());

        Files.writeString(recipe, Files.readString(recipe).replace("\"cosineSteps\": 5", "\"cosineSteps\": 8"));
        Cli resumed = Cli.runWatched("train", "pretrain", "--recipe", recipe.toString(), "--resume", "--json");
        JsonNode report = JsonMapper.shared().readTree(resumed.out());
        assertEquals(9, report.get("last").get("step").intValue());
        assertTrue(resumed.err().contains("] 100 %"), resumed.err());
        assertEquals(10, Files.readAllLines(folder.resolve("out/log.csv")).size());
    }

    @Test
    void whatIsWrongIsOneLine() throws IOException {
        assertEquals(2, Cli.run("train").exit());
        assertEquals(2, Cli.run("train", "pretrain").exit());
        Files.writeString(recipe, Files.readString(recipe).replace("\"layers\": 1", "\"layers\": \"one\""));
        Cli wrong = train();
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().contains("recipe.json: model.layers: found \"one\", expected"), wrong.err());
        assertEquals(1, wrong.err().lines().count());
    }

    /** The paths of the recipe that the README shows are right. */
    @Test
    void theExampleIsARecipe() {
        TrainingRecipe example = TrainingRecipe.read(Path.of("recipes", "small.json"));
        assertTrue(example.sources().stream().allMatch(source -> Files.exists(Path.of(source.path()))));
    }
}
