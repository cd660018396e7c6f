// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.training.TrainingListener;
import dev.llamapanama.training.Tuning;
import dev.llamapanama.training.TuningKind;
import dev.llamapanama.training.TuningRecipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Teaches a model a few answers by an adapter, and asks it with and without. */
public final class FineTuneExample {
    private static final String ANSWERS = """
            {"messages": [{"role": "user", "content": "Who are you?"}, {"role": "assistant", "content": "I am a llama in the mountains of Java."}]}
            {"messages": [{"role": "user", "content": "Where do you live?"}, {"role": "assistant", "content": "I live in the mountains of Java."}]}
            """;
    private static final String RECIPE = """
            {
              "preset": "llama-2-sft",
              "base": "MODEL",
              "lora": {"rank": 8, "alpha": 16, "matrices": ["attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down"]},
              "schedule": {"peak": 0.005, "warmUpSteps": 2},
              "epochs": 30,
              "examples": 2,
              "longest": 128,
              "microBatchTokens": 256,
              "heldOut": 0,
              "chatFormat": "llama-2",
              "files": [{"path": "answers.jsonl"}],
              "output": "tuned"
            }
            """;

    private FineTuneExample() {}

    /** Takes the path of a model and a folder to write to. */
    public static void main(String[] args) throws IOException {
        Path model = Path.of(args[0]).toAbsolutePath();
        Path folder = Files.createDirectories(Path.of(args[1]));
        Files.writeString(folder.resolve("answers.jsonl"), ANSWERS);
        Path recipe = Files.writeString(
                folder.resolve("recipe.json"),
                RECIPE.replace("MODEL", model.toString().replace('\\', '/')));
        Path adapter;
        try (Tuning tuning = Tuning.start(TuningKind.SFT, TuningRecipe.read(recipe, TuningKind.SFT))) {
            TrainingListener listener =
                    (step, steps, secondsLeft) -> System.out.println(step.step() + ": " + step.loss());
            adapter = tuning.run(listener).model();
        }
        ask(model, LlamaOptions.DEFAULT);
        ask(model, LlamaOptions.DEFAULT.withAdapter(adapter, 1));
    }

    private static void ask(Path model, LlamaOptions options) {
        try (Llama llama = Llama.open(model, options)) {
            System.out.println(llama.generate("[INST] Who are you? [/INST]").text());
        }
    }
}
