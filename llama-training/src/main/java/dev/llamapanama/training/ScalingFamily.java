// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.scaling.ScalingLawException;
import dev.llamapanama.training.scaling.ScalingLaws;
import dev.llamapanama.training.scaling.ScalingPoint;
import dev.llamapanama.training.scaling.ScalingReport;
import dev.llamapanama.training.scaling.ScalingTarget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A family of small models that are trained one after the other, each in a folder of its own below the output, to find scaling laws. The output folder takes the report
 * ({@code scaling.json}, {@code scaling.csv}, {@code scaling.svg}): with the prediction before the predicted model is trained, and again with what it came to.
 * Not safe for several threads.
 *
 * {@snippet :
 * ScalingReport report = ScalingFamily.start(ScalingRecipe.read(Path.of("scaling.json"))).run(ScalingListener.NONE);
 * }
 */
public final class ScalingFamily {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final ScalingRecipe recipe;
    private final Path output;
    private final List<ScalingMember> members;
    private final @Nullable ScalingMember target;

    private ScalingFamily(ScalingRecipe recipe, boolean resuming) {
        this.recipe = recipe;
        output = Path.of(recipe.output());
        TrainingRecipe base = base(Path.of(recipe.base()));
        int vocabulary = Tokenizers.read(Path.of(base.tokenizer())).pieces().size();
        members = members(base, vocabulary);
        target = target(base, vocabulary);
        double[] computes = members.stream().mapToDouble(ScalingMember::compute).toArray();
        ScalingLaws.requireDifferent(recipe.compute() == null ? computes : budgets(recipe.compute()));
        if (target != null) {
            double most =
                    members.stream().mapToDouble(ScalingMember::compute).max().orElseThrow();
            FieldException.require(
                    target.compute() > most, "predict", target.compute() + " operations", "more than " + most);
        }
        for (ScalingMember member : all()) {
            if (!resuming && member.isBegun()) {
                throw new TrainingFileException(
                        Path.of(member.recipe().output()), "output", "a training", "none, or to resume it");
            }
        }
    }

    /**
     * Of models that aren't trained yet.
     *
     * @throws TrainingFileException if a file can't be used, or there are trainings in the output folder
     * @throws ScalingLawException if the family can't tell a law, whatever its losses
     * @throws IllegalArgumentException if a budget is too small, or that of the predicted model no more than others
     */
    public static ScalingFamily start(ScalingRecipe recipe) {
        return new ScalingFamily(recipe, false);
    }

    /** Of models of which some may be trained, and one in part. See {@link #start}. */
    public static ScalingFamily resume(ScalingRecipe recipe) {
        return new ScalingFamily(recipe, true);
    }

    private static TrainingRecipe base(Path file) {
        TrainingRecipe base = TrainingRecipe.read(file);
        if (base.stages().size() != 1) {
            throw new TrainingFileException(file, "stages", base.stages().size(), "one: all steps of the same size");
        }
        if (base.heldOut() == 0) {
            throw new TrainingFileException(file, "heldOut", 0, "documents to measure losses with");
        }
        return base;
    }

    private static double[] budgets(List<Double> budgets) {
        return budgets.stream().mapToDouble(budget -> budget).toArray();
    }

    private List<ScalingMember> members(TrainingRecipe base, int vocabulary) {
        List<Double> compute = recipe.compute();
        List<Double> tokens = recipe.tokens();
        List<ScalingMember> found = new ArrayList<>();
        for (Double budget : compute != null ? compute : tokens != null ? tokens : List.<Double>of()) {
            for (ScalingShape shape : recipe.shapes()) {
                found.add(ScalingMember.of(base, shape, vocabulary, budget, compute != null, output));
            }
        }
        return found;
    }

    private @Nullable ScalingMember target(TrainingRecipe base, int vocabulary) {
        ScalingRecipe.Target asked = recipe.predict();
        if (asked == null) {
            return null;
        }
        Double compute = asked.compute();
        Double tokens = asked.tokens();
        double budget = compute != null ? compute : tokens != null ? tokens : 0;
        return ScalingMember.of(base, asked.shape(), vocabulary, budget, compute != null, output);
    }

    /** Those that are trained. */
    private List<ScalingMember> all() {
        List<ScalingMember> all = new ArrayList<>(members);
        if (target != null && isTargetTrained()) {
            all.add(target);
        }
        return all;
    }

    private boolean isTargetTrained() {
        ScalingRecipe.Target asked = recipe.predict();
        return asked != null && asked.run();
    }

    /**
     * Trains those that aren't, and finds the laws.
     *
     * @throws TrainingDivergedException if a loss or gradient isn't finite
     * @throws TrainingFileException if what is there is of other recipes or texts
     * @throws ScalingLawException if losses don't fall with compute, or too few are the best of their compute
     */
    public ScalingReport run(ScalingListener listener) {
        List<ScalingPoint> points = new ArrayList<>();
        for (ScalingMember member : members) {
            points.add(point(member, points.size() + 1, listener));
        }
        ScalingLaws laws =
                recipe.compute() == null ? ScalingLaws.ofAnyCompute(points) : ScalingLaws.ofEqualCompute(points);
        ScalingTarget predicted = target == null
                ? null
                : new ScalingTarget(
                        target.name(),
                        target.parameters(),
                        target.tokens(),
                        laws.predict(points, (double) target.parameters(), (double) target.tokens()));
        ScalingReport report = new ScalingReport(points, laws, predicted);
        write(report);
        if (target != null && predicted != null && isTargetTrained()) {
            double loss = point(target, points.size() + 1, listener).loss();
            report = new ScalingReport(points, laws, predicted.trained(loss));
            write(report);
        }
        return report;
    }

    private ScalingPoint point(ScalingMember member, int number, ScalingListener listener) {
        ScalingPoint point = member.isFinished()
                ? member.finished()
                : member.train(listener.begins(member.name(), number, all().size()));
        listener.finished(point);
        return point;
    }

    private void write(ScalingReport report) {
        AtomicFile.write(output.resolve("scaling.json"), MAPPER.writeValueAsString(report));
        AtomicFile.write(output.resolve("scaling.csv"), report.csv());
        AtomicFile.write(output.resolve("scaling.svg"), report.svg());
    }
}
