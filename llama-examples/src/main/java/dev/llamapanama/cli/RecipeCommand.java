// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.TrainingListener;
import dev.llamapanama.training.TrainingStep;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A training by a recipe, with its steps shown. */
abstract class RecipeCommand extends ConsoleCommand {
    private final Console console;

    @Option(
            names = "--recipe",
            paramLabel = "FILE.json",
            required = true,
            description =
                    "All that decides about it. A \"preset\" is what a paper states; the file then says what is different.")
    private @Nullable Path recipe;

    @Option(
            names = "--resume",
            description = "Go on from the newest checkpoint in the output folder, as if it had never stopped.")
    private boolean resume;

    RecipeCommand(Console console) {
        super(console);
        this.console = console;
    }

    @Override
    public final void run() {
        if (recipe == null) {
            throw new UsageException("no recipe given: --recipe FILE.json");
        }
        try {
            train(recipe, resume);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(recipe + ": " + e.getMessage(), e);
        }
    }

    abstract void train(Path file, boolean resuming);

    /** Runs with a bar, and prints a step from time to time, and the last one. */
    final <R> R watched(long printedSteps, Function<TrainingListener, R> run) {
        try (ProgressBar bar = new ProgressBar(console)) {
            return run.apply((step, steps, secondsLeft) -> {
                if (!json && (step.step() % printedSteps == 0 || step.step() == steps)) {
                    bar.wipe();
                    print(step, steps, secondsLeft);
                }
                bar.show(step.step(), steps);
                if (step.step() == steps) {
                    bar.wipe();
                }
            });
        }
    }

    private void print(TrainingStep step, long steps, double secondsLeft) {
        Double heldOut = step.heldOutLoss();
        String measures = step.measures().entrySet().stream()
                .map(each -> String.format(Locale.ROOT, ", %s %.4f", each.getKey(), each.getValue()))
                .collect(Collectors.joining());
        out.println(String.format(
                Locale.ROOT,
                "step %d of %d: loss %.4f%s%s, gradient norm %.3f, learning rate %.3g, %.0f tokens/s, %.0f s left",
                step.step(),
                steps,
                step.loss(),
                heldOut == null ? "" : String.format(Locale.ROOT, ", held out %.4f", heldOut),
                measures,
                step.gradientNorm(),
                step.learningRate(),
                step.tokensPerSecond(),
                secondsLeft));
        out.flush();
    }
}
