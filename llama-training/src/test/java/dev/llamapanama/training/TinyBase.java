// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.AdamWSettings;
import dev.llamapanama.training.tuning.DpoSettings;
import dev.llamapanama.training.tuning.LoraSettings;
import dev.llamapanama.training.tuning.PpoSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A model of a few steps, and the least recipes that tune it. */
final class TinyBase {
    static final long STEPS = 6;

    private static final String ANSWERS = """
            {"messages": [{"role": "user", "content": "the cats"}, {"role": "assistant", "content": "sat on the mat"}]}
            {"messages": [{"role": "user", "content": "the dogs"}, {"role": "assistant", "content": "sat on the cats"}]}
            {"prompt": "a cat", "completion": " is no dog"}
            {"prompt": "a dog", "completion": " is no cat"}
            {"prompt": "", "completion": "the cats sat"}
            {"prompt": "%s", "completion": "too long"}
            """.formatted("cats ".repeat(80));
    private static final String PAIRS = """
            {"prompt": "the cats", "chosen": " sat", "rejected": " dogs"}
            {"prompt": "the dogs", "chosen": " sat on", "rejected": " cats"}
            {"prompt": [{"role": "user", "content": "the cats"}], "chosen": "sat", "rejected": "dogs", "margin": 1}
            {"prompt": "a cat", "chosen": " is no", "rejected": " on a", "margin": 0.5}
            {"prompt": "a dog", "chosen": " is no", "rejected": " on a"}
            """;
    private static final String PROMPTS = """
            {"prompt": "the cats"}
            {"prompt": "the dogs"}
            {"prompt": [{"role": "user", "content": "the cats"}]}
            {"prompt": "a"}
            """;

    private TinyBase() {}

    /** Trains the base, or takes the one that is there. */
    static Path in(Path folder) {
        Path model = folder.resolve("out").resolve("model.gguf");
        if (!Files.exists(model)) {
            try (Pretraining training = Pretraining.start(TinyRecipe.in(folder))) {
                training.run(TrainingListener.NONE);
            }
        }
        return model;
    }

    /** @param more files, beside that of the kind */
    static TuningRecipe recipe(
            TuningKind kind, Path folder, Path output, @Nullable LoraSettings lora, ExampleFile... more) {
        ExampleFile own = new ExampleFile(data(kind, folder).toString(), 2, null);
        boolean ppo = kind == TuningKind.PPO;
        return new TuningRecipe(
                in(folder).toString(),
                lora,
                AdamWSettings.LLAMA,
                1,
                new RateSchedule(5e-3, 1, STEPS - 1, 0.1, 0),
                null,
                null,
                4,
                64,
                192,
                false,
                3,
                ppo ? 0 : 0.2,
                3,
                2,
                "llama-2",
                kind == TuningKind.DPO ? DpoSettings.LLAMA_3 : null,
                ppo ? new PpoSettings(0.2, 0.01, 0.1, 1, 0.95, 3) : null,
                ppo ? 5 : null,
                ppo ? folder.resolve("judge").toString() : null,
                Stream.concat(Stream.of(own), Stream.of(more)).toList(),
                output.toString());
    }

    private static Path data(TuningKind kind, Path folder) {
        String lines = switch (kind) {
            case SFT -> ANSWERS;
            case DPO, REWARD -> PAIRS;
            case PPO -> PROMPTS;
        };
        try {
            return Files.writeString(folder.resolve(kind.name().toLowerCase(Locale.ROOT) + ".jsonl"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
