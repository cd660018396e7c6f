// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.tuning.LoraSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TuningRecipeTest {
    private static final String SFT = """
            {
              "preset": "llama-2-sft",
              "base": "model.gguf",
              "lora": {"rank": 4, "alpha": 8, "matrices": ["attn_q", "attn_v"]},
              "longest": 64,
              "microBatchTokens": 256,
              "files": [{"path": "a.jsonl", "repeat": 3}, {"path": "b.jsonl"}],
              "output": "out"
            }
            """;

    @TempDir
    Path folder = Path.of("");

    private TuningRecipe read(String json, TuningKind kind) throws IOException {
        return TuningRecipe.read(Files.writeString(folder.resolve("recipe.json"), json), kind);
    }

    @Test
    void presetsAreThoseOfThePapers() {
        assertEquals(2e-5, TuningRecipe.LLAMA_2_SFT.schedule().peak());
        assertEquals(2, TuningRecipe.LLAMA_2_SFT.epochs());
        assertEquals(64, TuningRecipe.LLAMA_2_SFT.examples());
        assertEquals(861, TuningRecipe.LLAMA_2_SFT.schedule().steps(), "27,540 examples, twice, in steps of 64");
        assertEquals(1e-6, TuningRecipe.LLAMA_2_PPO.schedule().rate().at(199), 1e-20);
        assertEquals(0.03, TuningRecipe.LLAMA_2_REWARD.warmUpShare(), "at least 5 steps");
        assertEquals(5, TuningRecipe.LLAMA_2_REWARD.schedule().warmUpSteps());
        assertEquals(0.1, TuningRecipe.LLAMA_3_DPO.optimiser().weightDecay());
    }

    @Test
    void aFileIsAPresetAndWhatDiffers() throws IOException {
        TuningRecipe recipe = read(SFT, TuningKind.SFT);

        assertEquals(folder.resolve("model.gguf").toString(), recipe.base());
        assertEquals(new LoraSettings(4, 8, Set.of("attn_q", "attn_v")), recipe.lora());
        assertEquals(3, recipe.files().getFirst().times());
        assertEquals(1, recipe.files().getLast().times());
        assertEquals(
                folder.resolve("b.jsonl").toString(), recipe.files().getLast().path());
        assertNull(recipe.chatFormat());
        assertEquals(recipe, read(recipe.toJson(), TuningKind.SFT));
        TuningRecipe avoiding = read(SFT.replace("\"repeat\": 3", "\"unlikely\": 12"), TuningKind.SFT);
        assertEquals(12, avoiding.files().getFirst().unlikely());
        assertEquals(1, avoiding.files().getFirst().times());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "llama-2-sft"   | "llama-2"       | preset: found "llama-2", expected llama-2-ppo or llama-2-reward or llama-2-sft or llama-3-dpo
            "longest": 64   | "longest": 1    | longest: found 1, expected 2 or more
            "longest": 64   | "longest": 512  | microBatchTokens: found 256, expected longest (512) or more
            "longest": 64   | "longest": 64, "epochs": 0     | epochs: found 0.0, expected above 0
            "longest": 64   | "longest": 64, "dpo": {"beta": 0.1, "likelihood": 0.2} | dpo: found DpoSettings[beta=0.1, likelihood=0.2], expected nothing for SFT
            "longest": 64   | "longest": 64, "reward": "judge" | reward: found
            "repeat": 3     | "repeat": 0     | files.0.repeat: found 0, expected 1 or more
            "path": "b.jsonl" | "path": "b.jsonl", "weight": 1 | files.1.weight: found an unknown field, expected one of
            "repeat": 3     | "unlikely": 1   | files.0.unlikely: found 1, expected 2 or more
            [{"path": "a.jsonl", "repeat": 3}, {"path": "b.jsonl"}] | [{"path": "b.jsonl", "unlikely": 8}] | files: found unlikely ones alone, expected one that says what is likely
            "rank": 4       | "rank": 0       | lora: found
            ["attn_q", "attn_v"] | ["query"]  | lora: found
            "base": "model.gguf" | "base": "" | base: found nothing, expected a path
            "base": "model.gguf" | "base": null | base: found nothing, expected
            "longest": 64   | "longest": 64, "schedule": null | schedule: found nothing, expected
            "longest": 64   | "longest": 64, "warmUpShare": 1 | warmUpShare: found 1.0, expected 0 to below 1
            "longest": 64   | "longest": 64, "chatFormat": "llama-9" | chatFormat: found llama-9, expected one of [llama-2,
            """)
    void whatIsWrongIsTold(String right, String wrong, String message) {
        String found = String.valueOf(assertThrows(
                        TrainingFileException.class, () -> read(SFT.replace(right, wrong), TuningKind.SFT))
                .getMessage());
        assertTrue(found.startsWith(folder.resolve("recipe.json") + ": " + message), found);
    }

    @Test
    void eachKindAsksForItsOwn() {
        String message = String.valueOf(assertThrows(TrainingFileException.class, () -> read(SFT, TuningKind.DPO))
                .getMessage());
        assertTrue(message.endsWith("dpo: found nothing, expected it for DPO"), message);
        message = String.valueOf(assertThrows(
                        TrainingFileException.class,
                        () -> read(
                                SFT.replace("llama-2-sft", "llama-2-reward")
                                        .replace("\"repeat\": 3", "\"unlikely\": 3"),
                                TuningKind.REWARD))
                .getMessage());
        assertTrue(message.endsWith("files: found unlikely ones, expected none of these for REWARD"), message);
        String pairs = SFT.replace("llama-2-sft", "llama-3-dpo")
                .replace("\"microBatchTokens\": 256", "\"microBatchTokens\": 100");
        message = String.valueOf(assertThrows(TrainingFileException.class, () -> read(pairs, TuningKind.DPO))
                .getMessage());
        assertTrue(message.contains("microBatchTokens: found 100, expected twice longest (64) or more"), message);
    }
}
