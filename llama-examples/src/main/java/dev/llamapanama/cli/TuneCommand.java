// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.Tuning;
import dev.llamapanama.training.TuningKind;
import dev.llamapanama.training.TuningRecipe;
import dev.llamapanama.training.TuningReport;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Fine-tuning of one kind. */
@Command
final class TuneCommand extends RecipeCommand {
    private final TuningKind kind;

    private TuneCommand(Console console, TuningKind kind) {
        super(console);
        this.kind = kind;
    }

    static CommandLine line(Console console, TuningKind kind) {
        CommandLine line = new CommandLine(new TuneCommand(console, kind));
        line.getCommandSpec()
                .usageMessage()
                .description(
                        description(kind),
                        "The recipe's output folder takes " + model(kind) + ", checkpoints, logs and curves.");
        return line;
    }

    private static String model(TuningKind kind) {
        return kind == TuningKind.REWARD
                ? "model.gguf and head.json"
                : "model.gguf, or adapter.gguf where it has \"lora\"";
    }

    private static String description(TuningKind kind) {
        return switch (kind) {
            case SFT ->
                "Tunes a model to answer as examples do: JSON lines with messages, or with prompt and completion. Preset: llama-2-sft.";
            case DPO ->
                "Tunes a model towards the better of two answers: JSON lines with prompt, chosen and rejected. Preset: llama-3-dpo.";
            case REWARD ->
                "Tunes a model to tell the better of two answers: JSON lines with prompt, chosen, rejected and maybe margin."
                        + " Preset: llama-2-reward.";
            case PPO ->
                "Tunes a model towards answers that a reward model likes: JSON lines with prompt. Preset: llama-2-ppo.";
        };
    }

    @Override
    void train(Path file, boolean resuming) {
        TuningRecipe recipe = TuningRecipe.read(file, kind);
        try (Tuning tuning = resuming ? Tuning.resume(kind, recipe) : Tuning.start(kind, recipe)) {
            print(watched(recipe.evaluationSteps(), tuning::run));
        }
    }

    private void print(TuningReport report) {
        if (json) {
            Json.print(out, report);
        } else {
            out.println(report.model() + ": " + report.examples() + " examples, " + report.leftOut()
                    + " left out, which are longer than the recipe's longest or teach nothing");
        }
    }
}
