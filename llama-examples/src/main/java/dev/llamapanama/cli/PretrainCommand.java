// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.Pretraining;
import dev.llamapanama.training.TrainingRecipe;
import dev.llamapanama.training.TrainingReport;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;

@Command(
        description = {
            "Trains a model from scratch, on all cores, and writes it as model.gguf.",
            "The recipe's output folder also takes checkpoints, log.jsonl, log.csv and the curve of losses, loss.svg. Presets: llama-1, llama-2,"
                    + " llama-3."
        })
final class PretrainCommand extends RecipeCommand {
    PretrainCommand(Console console) {
        super(console);
    }

    @Override
    void train(Path file, boolean resuming) {
        TrainingRecipe recipe = TrainingRecipe.read(file);
        try (Pretraining training = resuming ? Pretraining.resume(recipe) : Pretraining.start(recipe)) {
            print(watched(recipe.evaluationSteps(), training::run));
        }
    }

    private void print(TrainingReport report) {
        if (json) {
            Json.print(out, report);
            return;
        }
        String sources = report.sources().stream()
                .map(source -> String.format(Locale.ROOT, "%s read %.2f times", source.name(), source.epochs()))
                .collect(Collectors.joining(", "));
        out.println(report.model() + ": " + sources);
    }
}
