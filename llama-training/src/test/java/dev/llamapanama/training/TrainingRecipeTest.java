// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.optimise.LearningRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingRecipeTest {
    private static final String SMALL = """
            {
              "preset": "llama-2",
              "model": {"dim": 64, "heads": 4, "kvHeads": 2, "layers": 2, "ffnDim": 96, "contextLength": 128},
              "stages": [{"fromTokens": 0, "batchTokens": 512, "sequenceLength": 128}],
              "schedule": {"warmUpSteps": 4, "cosineSteps": 10},
              "tokenizer": "tokenizer.model",
              "sources": [{"name": "a", "path": "a.jsonl", "weight": 1, "field": "text"}],
              "output": "out"
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private TrainingRecipe read(String json) throws IOException {
        return TrainingRecipe.read(Files.writeString(folder.resolve("recipe.json"), json));
    }

    @Test
    void presetsAreThoseOfThePapers() {
        LearningRate two = TrainingRecipe.LLAMA_2.schedule().rate();
        assertEquals(3e-4, two.at(1_999), 1e-12);
        assertEquals(3e-5, two.at(TrainingRecipe.LLAMA_2.schedule().steps()), 1e-12);
        assertEquals(1e12, 4.0 * (1 << 20) * TrainingRecipe.LLAMA_1.schedule().steps(), 1e7);
        assertEquals(0.95, TrainingRecipe.LLAMA_1.optimiser().beta2());
        assertEquals(0.1, TrainingRecipe.LLAMA_1.optimiser().weightDecay());
        assertEquals(1, TrainingRecipe.LLAMA_1.clipping());
        assertEquals(
                6_738_415_616L, TrainingRecipe.LLAMA_1.model().config(32_000).parameterCount());

        TrainingRecipe three = TrainingRecipe.LLAMA_3;
        LearningRate rate = three.schedule().rate();
        assertEquals(8e-5, rate.at(7_999), 1e-12);
        assertEquals(8e-7, rate.at(1_208_000), 1e-12);
        assertEquals(0, rate.at(three.schedule().steps()));
        assertEquals(405_853_388_800L, three.model().config(128_256).parameterCount());
        assertEquals(4096, three.stageAfter(251_999_999).sequenceLength());
        assertEquals(8 << 20, three.stageAfter(252_000_000).batchTokens());
        assertEquals(16 << 20, three.stageAfter(2_870_000_000_000L).batchTokens());
    }

    @Test
    void stepsAreScaled() {
        RateSchedule schedule = TrainingRecipe.LLAMA_3.withSteps(1_000).schedule();
        assertEquals(new RateSchedule(8e-5, 7, 992, 0.01, 1), schedule);
        assertEquals(0, TrainingRecipe.LLAMA_1.withSteps(10).schedule().annealingSteps());
        assertThrows(IllegalArgumentException.class, () -> TrainingRecipe.LLAMA_1.withSteps(1));
        assertEquals(1e-3, TrainingRecipe.LLAMA_1.withPeak(1e-3).schedule().peak());
    }

    /** Every so many steps, and the last of all. */
    @Test
    void theMeanIsAlongTheAnnealing() {
        TrainingRecipe recipe = TrainingRecipe.LLAMA_3.withSchedule(new RateSchedule(1e-3, 2, 10, 0.1, 5));
        assertEquals(List.of(13L, 14L, 15L, 16L, 17L), averaged(recipe));
        assertEquals(List.of(13L, 15L, 17L), averaged(recipe.withAveragingSteps(2)));
        assertEquals(List.of(17L), averaged(recipe.withAveragingSteps(100)));
        assertEquals(List.of(), averaged(recipe.withAveragingSteps(0)));
        assertEquals(List.of(), averaged(recipe.withSchedule(new RateSchedule(1e-3, 2, 10, 0.1, 0))));
        assertEquals(0, TrainingRecipe.LLAMA_1.averagingSteps());
        assertEquals(0, TrainingRecipe.LLAMA_2.averagingSteps());
    }

    /** The wave alone is longer or shorter. */
    @Test
    void epochsKeepTheWarmUp() {
        RateSchedule schedule = new RateSchedule(1e-3, 5, 95, 0.1, 2);
        assertEquals(new RateSchedule(1e-3, 5, 33, 0.1, 2), schedule.lasting(40, null));
        assertEquals(new RateSchedule(1e-3, 5, 33, 0.1, 2), schedule.lasting(40, 0.1));
        assertEquals(new RateSchedule(1e-3, 40, 358, 0.1, 2), schedule.lasting(400, 0.1));
        assertEquals(new RateSchedule(1e-3, 3, 1, 0.1, 2), schedule.lasting(6, 0.1));
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> schedule.lasting(7, null))
                .getMessage());
        assertEquals("schedule: found warm-up and annealing of 7 steps, expected fewer than there are: 7", message);
    }

    private static List<Long> averaged(TrainingRecipe recipe) {
        return LongStream.rangeClosed(1, recipe.schedule().steps())
                .filter(recipe::isAveraged)
                .boxed()
                .toList();
    }

    @Test
    void microBatchesAreOfWholeSequences() {
        TrainingRecipe recipe = TrainingRecipe.LLAMA_3.withMicroBatchTokens(10_000);
        assertEquals(2, recipe.microBatchSequences(recipe.stages().get(0)));
        assertEquals(1, recipe.microBatchSequences(recipe.stages().get(1)));
        assertEquals(
                1,
                recipe.withMicroBatchTokens(1)
                        .microBatchSequences(recipe.stages().get(0)));
        assertEquals(2, recipe.microBatchSequences(new BatchStage(0, 256, 128)));
    }

    @Test
    void aFileIsAPresetAndWhatDiffers() throws IOException {
        TrainingRecipe recipe = read(SMALL);

        TrainingRecipe expected = TrainingRecipe.LLAMA_2
                .withModel(new ModelShape(64, 2, 4, 2, 96, 4096, 1e-5, 1e4, false))
                .withStages(new BatchStage(0, 512, 128))
                .withModel(new ModelShape(64, 2, 4, 2, 96, 128, 1e-5, 1e4, false))
                .withSchedule(new RateSchedule(3e-4, 4, 10, 0.1, 0))
                .withData(
                        folder.resolve("tokenizer.model"),
                        List.of(new SourceFile("a", folder.resolve("a.jsonl").toString(), 1, null, "text")),
                        folder.resolve("out"));
        assertEquals(expected, recipe);
        assertEquals(recipe, read(recipe.toJson()));
    }

    @Test
    void theBaseIsBesideTheFile() throws IOException {
        TrainingRecipe recipe = read(SMALL.replace("\"output\"", "\"base\": \"../first/model.gguf\", \"output\""));
        assertEquals(read(SMALL).withBase(folder.resolve("../first/model.gguf")), recipe);
        assertEquals(recipe, read(recipe.toJson()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "llama-2"          | "llama-9"        | preset: found "llama-9", expected llama-1 or llama-2 or llama-3
            "cosineSteps": 10  | "cosineSteps": 0 | schedule.cosineSteps: found 0, expected 1 or more
            "tokenizer": "t    | "averagingSteps": -1, "tokenizer": "t | averagingSteps: found -1, expected 0 or more
            "cosineSteps": 10  | "cosine": 10     | schedule.cosine: found an unknown field, expected one of
            "layers": 2        | "layers": 2.5    | model.layers: found 2.5, expected
            "layers": 2        | "layers": "2"    | model.layers: found "2", expected
            "layers": 2        | "layers": null   | model.layers: found nothing, expected
            "layers": 2        | "layers": 0      | model.layers: found 0, expected 1 or more
            "layers": 2        | "layers": 99999999999 | model.layers: found 99999999999, expected
            "ffnDim": 96       | "ffnDim": 0      | model.ffnDim: found 0, expected 1 or more
            "ffnDim": 96       | "ffnDim": 96, "normEps": -1 | model.normEps: found -1.0, expected above 0
            "cosineSteps": 10  | "cosineSteps": 9223372036854775807 | schedule.cosineSteps: found 9223372036854775807, expected at most
            "tokenizer": "tokenizer.model" | "tokenizer": null | tokenizer: found nothing, expected
            "output": "out"    | "output": null   | output: found nothing, expected
            "output": "out"    | "output": "o\\u0000ut" | output: found
            "output": "out"    | "output": "out", "seed": 18446744073709551615 | seed: found
            "output": "out"    | "output": "out", "optimiser": null | optimiser: found nothing, expected
            "output": "out"    | "output": "out", "formats": [null] | formats.0: found nothing, expected an element
            "stages": [{       | "stages": [null, { | stages.0: found nothing, expected an element
            "batchTokens": 512 | "batchTokens": 4294967296 | stages.0.batchTokens: found 4294967296, expected
            "dim": 64          | "dim": 66        | model.dim: found 66, expected heads (4) of even width
            "batchTokens": 512 | "batchTokens": 500 | stages.0.batchTokens: found 500, expected a multiple of
            "fromTokens": 0    | "fromTokens": 1  | stages: found
            "weight": 1        | "weight": -1     | sources.0.weight: found -1.0, expected above 0
            "weight": 1        | "weight": 1, "share": 1 | sources.0.share: found an unknown field, expected one of
            , "field": "text"  |                  | sources.0.separator: found neither it nor field, expected one of
            "path": "a.jsonl", |                  | sources.0.path: found nothing, expected
            "output": "out"    | "output": ""     | output: found nothing, expected a path
            "output": "out"    | "base": "", "output": "out" | base: found nothing, expected a path
            "preset": "llama-2", |                | optimiser: found nothing, expected it, or a preset
            "dim"              | "layers"         | content: found Duplicate
            }                  | ]                | content: found
            """)
    void whatIsWrongIsNamed(String right, String wrong, String message) {
        String json = SMALL.replace(right, wrong == null ? "" : wrong);
        String found = String.valueOf(
                assertThrows(TrainingFileException.class, () -> read(json)).getMessage());
        String expected = folder.resolve("recipe.json") + ": " + message;
        assertEquals(expected, found.substring(0, Math.min(found.length(), expected.length())), found);
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("nowhere.json");
        assertEquals(
                file + ": path: found nothing, expected a file",
                assertThrows(TrainingFileException.class, () -> TrainingRecipe.read(file))
                        .getMessage());
    }

    @Test
    void tokensOfAllSteps() {
        TrainingRecipe recipe = TrainingRecipe.LLAMA_2
                .withStages(new BatchStage(0, 4096, 512), new BatchStage(10_000, 8192, 512))
                .withSteps(5_000);
        assertEquals(3 * 4096 + 4997 * 8192, recipe.allTokens());
        assertEquals(
                4096,
                recipe.withSchedule(new RateSchedule(1, 0, 1, 0.1, 0)).allTokens(),
                "fewer steps than the first stage has");
    }
}
