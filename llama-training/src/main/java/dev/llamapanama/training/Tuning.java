// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.ScalarHead;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Fine-tuning of a model that is there, on all cores. The output folder takes checkpoints, every step and curves, as {@link Pretraining} has them
 * ({@code reward.svg} and the like for what else is measured), and at the end {@code model.gguf} or, where a recipe has {@code lora},
 * {@code adapter.gguf} and the same for PEFT in the folder {@code peft}; a reward model also {@code head.json}. A tuning that was stopped at any moment and resumed gives the same bits as one that
 * never was. Not safe for several threads; a folder is refused while another training has it.
 *
 * {@snippet :
 * TuningRecipe recipe = TuningRecipe.read(Path.of("sft.json"), TuningKind.SFT);
 * try (Tuning tuning = Tuning.start(TuningKind.SFT, recipe)) {
 *     Path model = tuning.run(TrainingListener.NONE).model();
 * }
 * }
 *
 * <p>Files of examples have one JSON object in a line. {@link TuningKind#SFT}: {@code messages}, of which all that the assistant says is learnt, or
 * {@code prompt} and {@code completion}, plain text, of which the completion is; an empty prompt is the begin of a text; in an
 * {@linkplain ExampleFile#unlikely unlikely} file, what they repeat is made unlikely. {@link TuningKind#DPO} and
 * {@link TuningKind#REWARD}: {@code prompt}, text or messages, {@code chosen} and {@code rejected}, texts, and for a reward model maybe {@code margin},
 * a number. {@link TuningKind#PPO}: {@code prompt}, text or messages.
 */
public final class Tuning implements AutoCloseable {
    private final TuningRecipe recipe;
    private final OutputFolder output;
    private final TuningTask task;
    private final TuningCourse course;

    private Tuning(TuningKind kind, TuningRecipe recipe, boolean resuming) {
        recipe.requireFor(kind);
        this.recipe = recipe;
        output = OutputFolder.open(Path.of(recipe.output()), resuming);
        AutoCloseable opened = () -> {};
        try {
            TunedModel model = new TunedModel(recipe);
            opened = model;
            task = task(kind, model);
            opened = task;
            course = new TuningCourse(kind, recipe, task);
            output.restore(course);
        } catch (RuntimeException e) {
            close(opened, e);
            output.close();
            throw e;
        }
    }

    private static void close(AutoCloseable opened, RuntimeException failure) {
        try {
            opened.close();
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
    }

    private TuningTask task(TuningKind kind, TunedModel model) {
        ExampleReader reader = new ExampleReader(model.tokenizer, model.chatFormat());
        WordBegins words = new WordBegins(model.tokenizer);
        int tokens = recipe.microBatchTokens();
        int longest = recipe.longest();
        return switch (kind) {
            case SFT ->
                SftTask.of(
                        model,
                        ExamplePool.of(
                                recipe,
                                (file, line) -> Lesson.of(file, reader.answered(line), words),
                                lesson -> lesson.isFor(longest),
                                (print, lesson) -> print.add(lesson.example()).add(lesson.likely() ? 1 : 0)),
                        tokens);
            case DPO ->
                PreferenceTask.dpo(
                        model,
                        ExamplePool.of(
                                recipe,
                                (file, line) -> reader.preference(line),
                                pair -> longer(pair.chosen(), pair.rejected()) <= longest,
                                (print, pair) -> print.add(pair.chosen())
                                        .add(pair.rejected())
                                        .add(pair.likely())),
                        Objects.requireNonNull(recipe.dpo()),
                        tokens);
            case REWARD ->
                PreferenceTask.reward(
                        model,
                        ExamplePool.of(
                                recipe,
                                (file, line) -> reader.comparison(line),
                                pair -> longer(pair.chosen(), pair.rejected()) <= longest,
                                (print, pair) -> print.add(pair.chosen())
                                        .add(pair.rejected())
                                        .add(Double.hashCode(pair.margin()))),
                        ScalarHead.initial(
                                model.network.parameters().config().dim(), recipe.optimiser(), recipe.seed()),
                        tokens);
            case PPO -> {
                int answer = Objects.requireNonNull(recipe.answerTokens());
                yield new PpoTask(
                        model,
                        ExamplePool.of(
                                recipe,
                                (file, line) -> reader.prompt(line),
                                prompt -> prompt.length + answer <= longest,
                                (print, prompt) -> print.add(prompt.length).add(IntStream.of(prompt))),
                        recipe,
                        reader.terminators());
            }
        };
    }

    private static int longer(Example one, Example other) {
        return Math.max(one.size(), other.size());
    }

    /**
     * Begins a tuning.
     *
     * @throws dev.llamapanama.training.data.TrainingFileException if the output folder has checkpoints already, or a file can't be used
     * @throws dev.llamapanama.checkpoint.CheckpointException if the base can't be read or trained
     * @throws IllegalArgumentException if the recipe isn't for this kind, or not for this base
     */
    public static Tuning start(TuningKind kind, TuningRecipe recipe) {
        return new Tuning(kind, recipe, false);
    }

    /**
     * Goes on from the newest checkpoint, or the one before where that is damaged, or begins where there is none. Learning rates, intervals and
     * the number of steps may be others than before, and files may lie elsewhere.
     *
     * @throws dev.llamapanama.training.data.TrainingFileException if no checkpoint is whole, or they are of another tuning
     */
    public static Tuning resume(TuningKind kind, TuningRecipe recipe) {
        return new Tuning(kind, recipe, true);
    }

    /** Steps done, those before it was resumed included. */
    public long steps() {
        return course.steps();
    }

    /** Every step that was logged, those before it was resumed included. */
    public List<TrainingStep> log() {
        return output.steps();
    }

    /**
     * Tunes to the last step and writes the model or the adapter.
     *
     * @throws TrainingDivergedException if a loss or gradient isn't finite
     */
    public TuningReport run(TrainingListener listener) {
        output.run(course, recipe.checkpointSteps(), listener);
        Path model = task.write(output.path());
        List<TrainingStep> steps = log();
        ExamplePool<?> examples = task.examples();
        return new TuningReport(
                steps.isEmpty() ? null : steps.getLast(), examples.training().size(), examples.leftOut(), model);
    }

    @Override
    public void close() {
        task.close();
        output.close();
    }
}
