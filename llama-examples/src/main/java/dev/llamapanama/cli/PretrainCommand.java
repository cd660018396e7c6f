// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.Pretraining;
import dev.llamapanama.training.TrainingRecipe;
import dev.llamapanama.training.TrainingReport;
import dev.llamapanama.training.TrainingStep;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        description = {
            "Trains a model from scratch, on all cores, and writes it as model.gguf.",
            "The recipe's output folder also takes checkpoints, log.jsonl, log.csv and the curve of losses, loss.svg."
        })
final class PretrainCommand extends ConsoleCommand {
    private final Console console;

    @Option(
            names = "--recipe",
            paramLabel = "FILE.json",
            required = true,
            description =
                    "Model, learning rates, sizes of steps, tokenizer and texts. A \"preset\" (llama-1, llama-2, llama-3) is what a"
                            + " paper states; the file then says what is different.")
    private @Nullable Path recipe;

    @Option(
            names = "--resume",
            description = "Go on from the newest checkpoint in the output folder, as if it had never stopped.")
    private boolean resume;

    PretrainCommand(Console console) {
        super(console);
        this.console = console;
    }

    @Override
    public void run() {
        if (recipe == null) {
            throw new UsageException("no recipe given: --recipe FILE.json");
        }
        TrainingRecipe read = TrainingRecipe.read(recipe);
        try (Pretraining training = resume ? Pretraining.resume(read) : Pretraining.start(read);
                ProgressBar bar = new ProgressBar(console)) {
            TrainingReport report = training.run((step, steps, secondsLeft) -> {
                if (step.heldOutLoss() != null && !json) {
                    bar.wipe();
                    print(step, steps, secondsLeft);
                }
                bar.show(step.step(), steps);
            });
            bar.wipe();
            print(report);
        }
    }

    private void print(TrainingStep step, long steps, double secondsLeft) {
        out.println(String.format(
                Locale.ROOT,
                "step %d of %d: loss %.4f, held out %.4f, gradient norm %.3f, learning rate %.3g, %.0f tokens/s, %.0f s left",
                step.step(),
                steps,
                step.loss(),
                step.heldOutLoss(),
                step.gradientNorm(),
                step.learningRate(),
                step.tokensPerSecond(),
                secondsLeft));
        out.flush();
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
