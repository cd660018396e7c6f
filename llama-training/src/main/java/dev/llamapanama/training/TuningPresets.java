// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.tuning.DpoSettings;
import dev.llamapanama.training.tuning.PpoSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the papers state. What they leave open is as in the others: Llama 3 states no constants of AdamW, and no batch of DPO. */
final class TuningPresets {
    private static final double NO_DECAY = 1;

    /** 27,540 examples, seen twice in steps of 64. */
    static final TuningRecipe LLAMA_2_SFT =
            recipe(new RateSchedule(2e-5, 0, 861, 0.1, 0), 2.0, null, 64, 4096, null, null, null);

    /** Warmed up in 3 % of the steps, at least 5. */
    static final TuningRecipe LLAMA_2_REWARD =
            recipe(new RateSchedule(1e-5, 5, 995, 0.1, 0), 1.0, 0.03, 512, 4096, null, null, null);

    /** A constant rate, 200 iterations. */
    static final TuningRecipe LLAMA_2_PPO =
            recipe(new RateSchedule(1e-6, 0, 200, NO_DECAY, 0), null, null, 512, 4096, null, PpoSettings.LLAMA_2, 1024);

    static final TuningRecipe LLAMA_3_DPO =
            recipe(new RateSchedule(1e-5, 0, 1_000, 0.1, 0), 1.0, null, 128, 8192, DpoSettings.LLAMA_3, null, null);

    static final Map<String, TuningRecipe> BY_NAME = Map.of(
            "llama-2-sft", LLAMA_2_SFT,
            "llama-2-reward", LLAMA_2_REWARD,
            "llama-2-ppo", LLAMA_2_PPO,
            "llama-3-dpo", LLAMA_3_DPO);

    private TuningPresets() {}

    private static TuningRecipe recipe(
            RateSchedule schedule,
            @Nullable Double epochs,
            @Nullable Double warmUpShare,
            int examples,
            int longest,
            @Nullable DpoSettings dpo,
            @Nullable PpoSettings ppo,
            @Nullable Integer answerTokens) {
        return new TuningRecipe(
                "",
                null,
                AdamWSettings.LLAMA,
                1,
                schedule,
                epochs,
                warmUpShare,
                examples,
                longest,
                2 * longest * (ppo == null ? 1 : ppo.miniBatch()),
                false,
                0,
                ppo == null ? 0.02 : 0,
                100,
                100,
                null,
                dpo,
                ppo,
                answerTokens,
                null,
                List.of(),
                "");
    }
}
