// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.Permutation;
import dev.llamapanama.training.data.TrainingFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * The examples of a recipe's files.
 *
 * @param training what is learnt, as often as its file says
 * @param heldOut what is measured
 * @param leftOut examples that are too long, or teach nothing
 */
record ExamplePool<T>(List<T> training, List<T> heldOut, int leftOut) {

    /**
     * @param reader makes an example of a file's line
     * @param fits whether it can be used
     * @throws TrainingFileException if a file can't be used, or nothing is left to learn
     */
    static <T> ExamplePool<T> of(TuningRecipe recipe, BiFunction<ExampleFile, JsonLine, T> reader, Predicate<T> fits) {
        List<T> training = new ArrayList<>();
        List<T> heldOut = new ArrayList<>();
        int leftOut = 0;
        for (ExampleFile file : recipe.files()) {
            List<T> all = new ArrayList<>();
            JsonLine.forEach(Path.of(file.path()), line -> all.add(reader.apply(file, line)));
            List<T> some = all.stream().filter(fits).toList();
            leftOut += all.size() - some.size();
            int held = (int) Math.ceil(recipe.heldOut() * some.size());
            int[] order = Permutation.of(some.size(), new Random(recipe.seed()));
            Arrays.stream(order, 0, held).sorted().mapToObj(some::get).forEach(heldOut::add);
            List<T> learnt = Arrays.stream(order, held, order.length)
                    .sorted()
                    .mapToObj(some::get)
                    .toList();
            for (int i = 0; i < file.times(); i++) {
                training.addAll(learnt);
            }
        }
        if (training.isEmpty()) {
            throw new TrainingFileException(
                    Path.of(recipe.files().getFirst().path()),
                    "examples",
                    "none to learn, " + leftOut + " left out",
                    "at least one of at most longest (" + recipe.longest() + ") tokens");
        }
        return new ExamplePool<>(List.copyOf(training), List.copyOf(heldOut), leftOut);
    }

    /** Some of those that are learnt. */
    List<T> at(int[] examples) {
        return Arrays.stream(examples).mapToObj(training::get).toList();
    }
}
