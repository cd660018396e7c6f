// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.AdamWSettings;
import java.util.List;
import java.util.Map;

/** What the papers state. Llama 1 and 3 state no epsilon, and Llama 3 no other constant of AdamW: those are Llama 2's. */
final class Presets {
    private static final int M = 1 << 20;
    private static final long WARM_UP = 2_000;

    static final TrainingRecipe LLAMA_1 = recipe(
            new ModelShape(4096, 32, 32, 32, 11008, 2048, 1e-6, 1e4, false),
            new RateSchedule(3e-4, WARM_UP, steps(1_000_000_000_000L) - WARM_UP, 0.1, 0),
            0,
            List.of(new BatchStage(0, 4 * M, 2048)));

    static final TrainingRecipe LLAMA_2 = recipe(
            new ModelShape(4096, 32, 32, 32, 11008, 4096, 1e-5, 1e4, false),
            new RateSchedule(3e-4, WARM_UP, steps(2_000_000_000_000L) - WARM_UP, 0.1, 0),
            0,
            List.of(new BatchStage(0, 4 * M, 4096)));

    /** 40M tokens of annealing are three steps of 16M; how many of its checkpoints are averaged isn't stated. */
    static final TrainingRecipe LLAMA_3 = recipe(
            new ModelShape(16384, 126, 128, 8, 53248, 8192, 1e-5, 5e5, false),
            new RateSchedule(8e-5, 8_000, 1_200_000, 0.01, 3),
            1,
            List.of(
                    new BatchStage(0, 4 * M, 4096),
                    new BatchStage(252_000_000, 8 * M, 8192),
                    new BatchStage(2_870_000_000_000L, 16 * M, 8192)));

    static final Map<String, TrainingRecipe> BY_NAME =
            Map.of("llama-1", LLAMA_1, "llama-2", LLAMA_2, "llama-3", LLAMA_3);

    private Presets() {}

    private static long steps(long tokens) {
        return tokens / (4 * M);
    }

    private static TrainingRecipe recipe(
            ModelShape model, RateSchedule schedule, long averagingSteps, List<BatchStage> stages) {
        return new TrainingRecipe(
                model,
                AdamWSettings.LLAMA,
                1,
                schedule,
                averagingSteps,
                stages,
                model.contextLength(),
                false,
                0,
                0.001,
                1000,
                1000,
                null,
                "",
                List.of(),
                List.of(ModelFormat.GGUF),
                "");
    }
}
