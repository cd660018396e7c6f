// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.training.ScalingFamily;
import dev.llamapanama.training.ScalingListener;
import dev.llamapanama.training.ScalingRecipe;
import dev.llamapanama.training.TrainingListener;
import dev.llamapanama.training.scaling.ComputeLaw;
import dev.llamapanama.training.scaling.ParametricLaw;
import dev.llamapanama.training.scaling.Prediction;
import dev.llamapanama.training.scaling.ScalingPoint;
import dev.llamapanama.training.scaling.ScalingReport;
import dev.llamapanama.training.scaling.ScalingTarget;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;

@Command(
        description = {
            "Trains a family of small models, finds the laws by which the loss falls with compute, and predicts that of a larger one.",
            "The recipe's output folder takes scaling.json, scaling.csv, the chart scaling.svg, and a folder of each model. With --resume, models that are finished"
                    + " aren't trained again."
        })
final class ScalingCommand extends RecipeCommand {
    ScalingCommand(Console console) {
        super(console);
    }

    @Override
    void train(Path file, boolean resuming) {
        ScalingRecipe recipe = ScalingRecipe.read(file);
        ScalingFamily family = resuming ? ScalingFamily.resume(recipe) : ScalingFamily.start(recipe);
        ScalingReport report = watched(Long.MAX_VALUE, steps -> family.run(listener(steps)));
        if (json) {
            Json.print(out, report);
        } else {
            print(report);
            out.println(Path.of(recipe.output(), "scaling.svg"));
        }
    }

    private ScalingListener listener(TrainingListener steps) {
        return new ScalingListener() {
            @Override
            public TrainingListener begins(String member, int number, int members) {
                line(String.format(Locale.ROOT, "%d of %d: %s", number, members, member));
                return steps;
            }

            @Override
            public void finished(ScalingPoint point) {
                line(String.format(
                        Locale.ROOT,
                        "%s: %d weights, %d tokens, %.3g operations, held out %.4f",
                        point.member(),
                        point.parameters(),
                        point.tokens(),
                        point.compute(),
                        point.loss()));
            }
        };
    }

    private void line(String text) {
        if (!json) {
            out.println(text);
            out.flush();
        }
    }

    private void print(ScalingReport report) {
        ComputeLaw byCompute = report.laws().byCompute();
        line(String.format(
                Locale.ROOT,
                "law of compute: loss = %.4f + %.4g / C^%.4f",
                byCompute.irreducible(),
                byCompute.coefficient(),
                byCompute.exponent()));
        ParametricLaw bySize = report.laws().bySize();
        if (bySize != null) {
            line(String.format(
                    Locale.ROOT,
                    "law of size: loss = %.4f + %.4g / N^%.4f + %.4g / D^%.4f",
                    bySize.irreducible(),
                    bySize.perParameter(),
                    bySize.parameterExponent(),
                    bySize.perToken(),
                    bySize.tokenExponent()));
        }
        ScalingTarget target = report.target();
        if (target != null) {
            for (Prediction one : target.predictions()) {
                line(String.format(
                        Locale.ROOT,
                        "%s, by %s: %.4f (%.4f to %.4f)",
                        target.member(),
                        one.law(),
                        one.loss(),
                        one.low(),
                        one.high()));
            }
            if (target.loss() != null) {
                line(String.format(Locale.ROOT, "%s, trained: %.4f", target.member(), target.loss()));
            }
        }
    }
}
