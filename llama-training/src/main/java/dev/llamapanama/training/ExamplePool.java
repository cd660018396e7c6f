// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.Permutation;
import dev.llamapanama.training.data.TrainingFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The examples of a recipe's files.
 *
 * @param training what is learnt, as often as its file says
 * @param heldOut what is measured
 * @param leftOut examples that are too long, or teach nothing
 * @param fingerprint of all that is learnt and measured
 */
record ExamplePool<T>(List<T> training, List<T> heldOut, int leftOut, String fingerprint) {

    /**
     * @param reader makes an example of a file's line
     * @param fits whether it can be used
     * @param print adds all of an example that steps depend on
     * @throws TrainingFileException if a file can't be used, or nothing is left to learn
     */
    static <T> ExamplePool<T> of(
            TuningRecipe recipe,
            BiFunction<ExampleFile, JsonLine, T> reader,
            Predicate<T> fits,
            BiConsumer<Fingerprint, T> print) {
        List<T> training = new ArrayList<>();
        List<T> heldOut = new ArrayList<>();
        int leftOut = 0;
        for (ExampleFile file : recipe.files()) {
            List<T> all = new ArrayList<>();
            JsonLine.forEach(Path.of(file.path()), line -> all.add(reader.apply(file, line)));
            List<T> some = all.stream().filter(fits).toList();
            leftOut += all.size() - some.size();
            int held = (int) Math.min(Math.max(0, some.size() - 1), Math.ceil(recipe.heldOut() * some.size()));
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
        if (recipe.heldOut() > 0 && heldOut.isEmpty()) {
            throw new TrainingFileException(
                    Path.of(recipe.files().getFirst().path()),
                    "examples",
                    "one of each file",
                    "more, some to be held out; or heldOut 0");
        }
        Fingerprint prints = new Fingerprint().add(training.size());
        training.forEach(example -> print.accept(prints, example));
        heldOut.forEach(example -> print.accept(prints, example));
        return new ExamplePool<>(List.copyOf(training), List.copyOf(heldOut), leftOut, prints.value());
    }

    /** The same with something else known of each. */
    <R> ExamplePool<R> with(Function<List<T>, List<R>> known) {
        return new ExamplePool<>(known.apply(training), known.apply(heldOut), leftOut, fingerprint);
    }

    /** Some of those that are learnt. */
    List<T> at(int[] examples) {
        return Arrays.stream(examples).mapToObj(training::get).toList();
    }
}
