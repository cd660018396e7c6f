// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.convert.Conversion;
import dev.llamapanama.checkpoint.convert.HuggingFaceExport;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.Parameters;
import java.nio.file.Path;
import java.util.List;

/**
 * Training from scratch, on all cores. The output folder takes checkpoints ({@code checkpoint-*.bin}, the last two), every step ({@code log.jsonl},
 * {@code log.csv}), the curve of losses ({@code loss.svg}) and, at the end, the model ({@code model.gguf}). A training that was
 * stopped at any moment and resumed gives the same bits as one that never was. Not safe for several threads; a folder is refused while another
 * training has it.
 *
 * {@snippet :
 * try (Pretraining training = Pretraining.start(TrainingRecipe.read(Path.of("recipe.json")))) {
 *     Path model = training.run(TrainingListener.NONE).model();
 * }
 * }
 */
public final class Pretraining implements AutoCloseable {
    private final TrainingRecipe recipe;
    private final OutputFolder output;
    private final PretrainingCourse course;

    private Pretraining(TrainingRecipe recipe, boolean resuming) {
        this.recipe = recipe;
        output = OutputFolder.open(Path.of(recipe.output()), resuming);
        PretrainingCourse opened = null;
        try {
            opened = new PretrainingCourse(recipe);
            output.restore(opened);
            course = opened;
        } catch (RuntimeException e) {
            if (opened != null) {
                opened.close();
            }
            output.close();
            throw e;
        }
    }

    /**
     * Begins a training.
     *
     * @throws TrainingFileException if the output folder has checkpoints already, a file can't be used, or the base has other shapes
     * @throws CheckpointException if the base is no model that can be read and trained
     * @throws IllegalArgumentException if the model can't be trained
     */
    public static Pretraining start(TrainingRecipe recipe) {
        return new Pretraining(recipe, false);
    }

    /**
     * Goes on from the newest checkpoint, or the one before where that is damaged, or begins where there is none. Learning rates, intervals and
     * the number of steps may be others than before, and files may lie elsewhere.
     *
     * @throws TrainingFileException if no checkpoint is whole, or they are of another model or other text
     */
    public static Pretraining resume(TrainingRecipe recipe) {
        return new Pretraining(recipe, true);
    }

    /** Steps done, those before it was resumed included. */
    public long steps() {
        return course.steps();
    }

    /** The weights, which change with each step. */
    public Parameters parameters() {
        return course.parameters;
    }

    /** The weights that training has come to: the mean along the annealing where the recipe has one, once it has begun, else {@link #parameters}. */
    public Parameters result() {
        return course.result();
    }

    /** Every step that was logged, those before it was resumed included. */
    public List<TrainingStep> log() {
        return output.steps();
    }

    /**
     * Trains to the last step and writes the model.
     *
     * @throws TrainingDivergedException if a loss or gradient isn't finite
     */
    public TrainingReport run(TrainingListener listener) {
        output.run(course, recipe.checkpointSteps(), listener);
        Path model = output.path();
        for (ModelFormat format : recipe.formats().reversed()) {
            model = export(format);
        }
        List<TrainingStep> steps = log();
        return new TrainingReport(steps.isEmpty() ? null : steps.getLast(), course.epochs(), model);
    }

    private Path export(ModelFormat format) {
        Path model = output.path().resolve(format == ModelFormat.GGUF ? "model.gguf" : "huggingface");
        switch (format) {
            case GGUF -> export(model, "F32");
            case SAFETENSORS -> exportHuggingFace(model, DType.F32);
        }
        return model;
    }

    /**
     * Writes the {@link #result} as it is now as a GGUF file with the tokenizer; one that is there is replaced.
     *
     * @param type how weights are stored, as {@link Conversion#type} takes it
     */
    public void export(Path file, String type) {
        try (Checkpoint snapshot = course.result().snapshot(output.path(), course.tokenizer)) {
            Conversion.of(snapshot).type(type).replacing(true).write(file);
        }
    }

    /**
     * Writes the {@link #result} as it is now as a folder that transformers opens, with a copy of the tokenizer's file; files that are there are replaced.
     *
     * @param folder is made if it isn't there
     * @param type F32, F16 or BF16
     */
    public void exportHuggingFace(Path folder, DType type) {
        try (Checkpoint snapshot = course.result().snapshot(output.path(), course.tokenizer)) {
            HuggingFaceExport.writeModel(snapshot, folder, type, Path.of(recipe.tokenizer()), course.tokenizer);
        }
    }

    @Override
    public void close() {
        course.close();
        output.close();
    }
}
