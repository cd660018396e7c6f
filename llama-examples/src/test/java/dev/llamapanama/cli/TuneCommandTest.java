// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.examples.BestAnswersExample;
import dev.llamapanama.training.TuningKind;
import dev.llamapanama.training.TuningRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TuneCommandTest {
    private static final String COMMON = """
              "base": "model.gguf",
              "schedule": {"peak": 0.001, "warmUpSteps": 1, "cosineSteps": 3},
              "epochs": null,
              "examples": 2,
              "longest": 30,
              "microBatchTokens": 120,
              "evaluationSteps": 2,
              "checkpointSteps": 2,
              "output": "out"
            """;

    private static final String HELD_OUT = "\"heldOut\": 0.2,\n";

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void write() throws IOException {
        Path made = TestModel.builder().build().writeGguf(folder);
        model = folder.resolve("model.gguf");
        if (!made.equals(model)) {
            Files.move(made, model);
        }
        Files.writeString(folder.resolve("answers.jsonl"), """
                {"prompt": "one", "completion": " two"}
                {"prompt": "two", "completion": " three"}
                {"prompt": "three", "completion": " four"}
                """);
        Files.writeString(folder.resolve("pairs.jsonl"), """
                {"prompt": "one", "chosen": " two", "rejected": " ten"}
                {"prompt": "two", "chosen": " three", "rejected": " one"}
                {"prompt": "three", "chosen": " four", "rejected": " nine"}
                """);
    }

    private Path recipe(String preset, String files, String more) throws IOException {
        return Files.writeString(
                folder.resolve(preset + ".json"),
                "{\"preset\": \"" + preset + "\", \"files\": [{\"path\": \"" + files + "\"}],\n" + more + COMMON + "}");
    }

    @Test
    void answersAreTunedAndTheModelTalks() throws IOException {
        Path recipe = recipe("llama-2-sft", "answers.jsonl", HELD_OUT);

        Cli cli = Cli.run("train", "sft", "--recipe", recipe);

        assertEquals("", cli.err());
        List<String> lines = cli.out().lines().toList();
        assertTrue(lines.getFirst().matches("step 2 of 4: loss .*, held out .*, gradient norm .* s left"), cli.out());
        assertTrue(lines.getLast().contains("model.gguf: 2 examples, 0 left out"), cli.out());
        assertEquals(
                0,
                Cli.run("generate", "--model", folder.resolve("out/model.gguf"), "--prompt", "one", "--max-tokens", 2)
                        .exit());
        Cli again = Cli.run("train", "sft", "--recipe", recipe);
        assertEquals(1, again.exit());
        assertTrue(again.err().contains("expected none, or to resume it"), again.err());
    }

    @Test
    void anAdapterIsTunedToBeUsedBesideItsModel() throws IOException {
        Path recipe = recipe(
                "llama-2-sft",
                "answers.jsonl",
                "\"lora\": {\"rank\": 2, \"alpha\": 4, \"matrices\": [\"attn_q\", \"ffn_down\"]},\n");

        JsonNode report = JsonMapper.shared()
                .readTree(Cli.run("train", "sft", "--recipe", recipe, "--json").out());

        Path adapter = folder.resolve("out/adapter.gguf");
        assertTrue(report.get("model").stringValue().endsWith("adapter.gguf"), report.toString());
        assertEquals(4, report.get("last").get("step").intValue());
        Cli adapted = Cli.run("generate", "--model", model, "--lora", adapter, "--prompt", "one", "--max-tokens", 2);
        assertEquals(0, adapted.exit(), adapted.err());
    }

    @Test
    void preferencesAreTuned() throws IOException {
        Cli cli = Cli.run("train", "dpo", "--recipe", recipe("llama-3-dpo", "pairs.jsonl", HELD_OUT));

        assertEquals("", cli.err());
        assertTrue(
                cli.out().matches("(?s)step 2 of 4: .*, margin .*, accuracy .*, heldOutMargin .*model.gguf.*"),
                cli.out());
        assertTrue(Files.exists(folder.resolve("out/accuracy.svg")));
    }

    @Test
    void aRewardModelTeachesAPolicy() throws IOException {
        Path reward = recipe("llama-2-reward", "pairs.jsonl", HELD_OUT);
        assertEquals("", Cli.run("train", "reward", "--recipe", reward).err());
        Files.move(folder.resolve("out"), folder.resolve("judge"));

        Path ppo = recipe(
                "llama-2-ppo",
                "answers.jsonl",
                "\"reward\": \"judge\", \"answerTokens\": 3, \"ppo\": {\"miniBatch\": 2},\n");
        Cli cli = Cli.run("train", "ppo", "--recipe", ppo);

        assertEquals("", cli.err());
        assertTrue(cli.out().matches("(?s)step 2 of 4: loss .*, reward .*, divergence .*"), cli.out());
        assertTrue(cli.out().contains("model.gguf: 3 examples"), cli.out());
        assertTrue(Files.readString(folder.resolve("out/log.csv")).contains("reward,divergence"));
        assertTrue(Files.exists(folder.resolve("out/reward.svg")));
    }

    /** Rejection sampling: the judge chooses what is learnt next. */
    @Test
    void theBestAnswersAreExamples() throws IOException {
        Path reward = recipe("llama-2-reward", "pairs.jsonl", HELD_OUT);
        assertEquals("", Cli.run("train", "reward", "--recipe", reward).err());
        Files.move(folder.resolve("out"), folder.resolve("judge"));

        Path best = folder.resolve("best.jsonl");
        BestAnswersExample.main(
                new String[] {model.toString(), folder.resolve("judge").toString(), best.toString(), "one", "two"});

        List<String> lines = Files.readAllLines(best);
        assertEquals(2, lines.size());
        assertEquals(
                "[INST] two [/INST]",
                JsonMapper.shared().readTree(lines.getLast()).get("prompt").stringValue());
        Path recipe = recipe("llama-2-sft", "best.jsonl", "\"heldOut\": 0,\n");
        Files.writeString(recipe, Files.readString(recipe).replace("\"longest\": 30", "\"longest\": 120"));
        Cli cli = Cli.run("train", "sft", "--recipe", recipe);
        assertTrue(cli.out().matches("(?s).*model.gguf: [12] examples, [01] left out.*"), cli.out() + cli.err());
    }

    @Test
    void whatIsWrongIsOneLine() throws IOException {
        Path recipe = recipe("llama-2-sft", "answers.jsonl", "\"reward\": \"judge\",\n");
        Cli wrong = Cli.run("train", "sft", "--recipe", recipe);
        assertEquals(1, wrong.exit());
        assertTrue(wrong.err().contains("llama-2-sft.json: reward: found "), wrong.err());
        assertEquals(1, wrong.err().lines().count());
        assertEquals(2, Cli.run("train", "sft").exit());
    }

    /** What the documents show is there and is right. */
    @ParameterizedTest
    @EnumSource(TuningKind.class)
    void theExamplesAreRecipes(TuningKind kind) {
        Path file = Path.of("recipes", kind.name().toLowerCase(Locale.ROOT) + ".json");
        TuningRecipe example = TuningRecipe.read(file, kind);
        assertTrue(example.files().stream().allMatch(each -> Files.exists(Path.of(each.path()))), example.toString());
    }

    @Test
    void theDefaultModelsRecipeIsOne() {
        TuningRecipe recipe = TuningRecipe.read(Path.of("recipes", "default-model-sft.json"), TuningKind.SFT);
        assertEquals("llama-2", recipe.chatFormat());
    }
}
