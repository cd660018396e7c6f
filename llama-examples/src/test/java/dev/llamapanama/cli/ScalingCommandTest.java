// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.ScalingRecipe;
import dev.llamapanama.training.TrainingRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScalingCommandTest {
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
        Files.writeString(folder.resolve("base.json"), """
                {
                  "preset": "llama-2",
                  "model": {"contextLength": 32, "tiedEmbeddings": true},
                  "schedule": {"peak": 0.02, "warmUpSteps": 1, "cosineSteps": 9},
                  "stages": [{"fromTokens": 0, "batchTokens": 64, "sequenceLength": 32}],
                  "heldOut": 0.2,
                  "tokenizer": "tokenizer.model",
                  "sources": [{"name": "numbers", "path": "text", "weight": 1, "separator": "--"}],
                  "output": "unused"
                }
                """);
        recipe = Files.writeString(folder.resolve("recipe.json"), """
                {
                  "base": "base.json",
                  "shapes": [
                    {"name": "a", "dim": 8, "layers": 1, "heads": 1, "kvHeads": 1, "ffnDim": 16},
                    {"name": "b", "dim": 16, "layers": 1, "heads": 2, "kvHeads": 1, "ffnDim": 24}
                  ],
                  "tokens": [256, 512, 1024],
                  "predict": {
                    "shape": {"name": "c", "dim": 16, "layers": 2, "heads": 2, "kvHeads": 1, "ffnDim": 24},
                    "tokens": 1536,
                    "run": true
                  },
                  "output": "out"
                }
                """);
    }

    @Test
    void aPredictionIsPrintedBesideTheTruth() throws IOException, ParserConfigurationException, SAXException {
        Cli cli = Cli.run("train", "scaling", "--recipe", recipe);
        assertEquals("", cli.err());
        List<String> lines = cli.out().lines().toList();
        assertEquals("1 of 7: a-256", lines.getFirst());
        assertTrue(
                lines.stream()
                        .anyMatch(line ->
                                line.matches("b-1024: \\d+ weights, 1024 tokens, \\S+ operations, held out \\d.*")),
                cli.out());
        assertTrue(cli.out().contains("law of compute: loss = "), cli.out());
        assertTrue(lines.stream().anyMatch(line -> line.matches("c-1536, by compute: .* \\(.* to .*\\)")), cli.out());
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("c-1536, trained: ")), cli.out());

        Element svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("out/scaling.svg").toFile())
                .getDocumentElement();
        assertEquals("svg", svg.getTagName());
        assertTrue(svg.getElementsByTagName("polyline").getLength() >= 1);
        long discs = svg.getElementsByTagName("circle").getLength();
        assertTrue(discs == 6 + 2 || discs == 6 + 3, discs + " circles");
    }

    @Test
    void whatIsFinishedIsNotTrainedAgain() throws IOException {
        assertEquals(0, Cli.run("train", "scaling", "--recipe", recipe).exit());
        Cli there = Cli.run("train", "scaling", "--recipe", recipe);
        assertEquals(1, there.exit());
        assertTrue(there.err().contains("found a training, expected none, or to resume it"), there.err());

        Cli resumed = Cli.run("train", "scaling", "--recipe", recipe, "--resume");
        assertEquals(0, resumed.exit(), resumed.err());
        assertTrue(resumed.out().startsWith("a-256: "), resumed.out());
        assertTrue(resumed.out().lines().noneMatch(line -> line.startsWith("step ")), resumed.out());

        JsonNode report =
                JsonMapper.shared().readTree(Cli.text("train", "scaling", "--recipe", recipe, "--resume", "--json"));
        assertEquals(6, report.get("points").size());
        assertEquals(
                "compute",
                report.get("target").get("predictions").get(0).get("law").stringValue());
        assertTrue(report.get("target").get("loss").isNumber(), report.toString());
    }

    @Test
    void whatIsWrongIsOneLine() throws IOException {
        Files.writeString(
                recipe, Files.readString(recipe).replace("\"tokens\": [256, 512, 1024]", "\"compute\": [1e7, 2e7]"));
        Cli wrong = Cli.run("train", "scaling", "--recipe", recipe);
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().endsWith("compute: found 2 different, expected 3 or more\n"), wrong.err());
        assertEquals(1, wrong.err().lines().count());
    }

    /** The paths of the recipe that the README shows are right. */
    @Test
    void theExampleIsARecipe() {
        ScalingRecipe example = ScalingRecipe.read(Path.of("recipes", "scaling.json"));
        TrainingRecipe base = TrainingRecipe.read(Path.of(example.base()));
        assertEquals(1, base.stages().size());
        assertTrue(base.heldOut() > 0);
    }
}
