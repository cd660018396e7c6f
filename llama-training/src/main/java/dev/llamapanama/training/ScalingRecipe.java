// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A family of models to train, from which scaling laws are found: each shape with each budget, which is one of compute or one of tokens. A value.
 *
 * @param base file of the {@link TrainingRecipe} that says all else; its steps have one size, and documents are held out
 * @param shapes sizes of models, with different names
 * @param compute budgets in operations, {@code 6 · weights · tokens}, or null where they are of tokens: the same for all shapes, so smaller ones are trained on more tokens
 * @param tokens budgets in tokens, or null where they are of compute
 * @param predict a model of more compute whose loss is predicted, or null for none
 * @param output folder for all, made if it isn't there
 */
public record ScalingRecipe(
        String base,
        List<ScalingShape> shapes,
        @Nullable List<Double> compute,
        @Nullable List<Double> tokens,
        @Nullable Target predict,
        String output) {

    /**
     * A model whose loss is predicted.
     *
     * @param shape its size
     * @param compute its budget, or null where that is of tokens
     * @param tokens its budget, or null where that is of compute
     * @param run whether it is trained, too, to see whether the prediction was right
     */
    public record Target(
            ScalingShape shape,
            @Nullable Double compute,
            @Nullable Double tokens,
            boolean run) {
        /** Checks that it has one budget. */
        public Target {
            requireOne(compute, tokens);
            requireAboveZero("compute", compute);
            requireAboveZero("tokens", tokens);
        }
    }

    /** Checks names and budgets, and copies the lists. */
    public ScalingRecipe {
        shapes = List.copyOf(shapes);
        long names = shapes.stream().map(ScalingShape::name).distinct().count();
        FieldException.require(!shapes.isEmpty(), "shapes", "none", "at least one");
        FieldException.require(names == shapes.size(), "shapes", names + " names", shapes.size() + " different ones");
        requireOne(compute, tokens);
        compute = compute == null ? null : budgets("compute", compute);
        tokens = tokens == null ? null : budgets("tokens", tokens);
    }

    private static List<Double> budgets(String field, List<Double> budgets) {
        boolean distinct = budgets.stream().distinct().count() == budgets.size();
        FieldException.require(!budgets.isEmpty() && distinct, field, budgets, "one or more that are different");
        budgets.forEach(budget -> requireAboveZero(field, budget));
        return List.copyOf(budgets);
    }

    private static void requireOne(@Nullable Object compute, @Nullable Object tokens) {
        String found = compute == null ? "neither of compute and tokens" : "compute and tokens";
        FieldException.require((compute == null) != (tokens == null), "compute", found, "one of both");
    }

    private static void requireAboveZero(String field, @Nullable Double budget) {
        boolean holds = budget == null || (budget > 0 && budget < Double.POSITIVE_INFINITY);
        FieldException.require(holds, field, String.valueOf(budget), "above 0");
    }

    /**
     * What a JSON file says: the fields of this record, nested ones as objects and lists; those that may be null may be left out. Paths are relative to the file.
     *
     * @throws dev.llamapanama.training.data.TrainingFileException where it can't be read or is not as it should be
     */
    public static ScalingRecipe read(Path file) {
        return new RecipeFile<>(file, ScalingRecipe.class, Map.of(), Set.of("compute", "tokens", "predict"))
                .read((recipe, paths) -> new ScalingRecipe(
                        paths.resolve("base", recipe.base),
                        recipe.shapes,
                        recipe.compute,
                        recipe.tokens,
                        recipe.predict,
                        paths.resolve("output", recipe.output)));
    }
}
