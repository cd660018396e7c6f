// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.AdamWSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * All that decides about a pre-training. Immutable; each {@code with} method gives a recipe that differs in one thing. The presets are what
 * the papers state, without data, tokenizer and output; a JSON file names one of them and says what is different.
 *
 * @param model its shape
 * @param optimiser constants of AdamW
 * @param clipping the bound of the gradients' norm
 * @param schedule learning rates, and with them the number of steps
 * @param averagingSteps between checkpoints of the annealing whose mean is the model, the last step being the last of them; 0 where the last weights are
 *     the model
 * @param stages sizes of steps, from the first token on
 * @param microBatchTokens how many tokens go through the network at once, which memory has to be for: it takes no part in the result
 *     but for rounding
 * @param recomputing whether activations are computed twice, for less memory
 * @param seed of the weights, the order of documents and those held out
 * @param heldOut fraction of each source's documents that is measured and not learnt
 * @param evaluationSteps between measurements of held-out documents
 * @param checkpointSteps between checkpoints
 * @param base a model to go on from, of the same pieces and shapes but for the context and its rotary base (continued pre-training, as Code Llama's from Llama 2), or null: from
 *     scratch
 * @param tokenizer its file
 * @param sources of text
 * @param formats of the model at the end: GGUF alone where they aren't said
 * @param output the folder for checkpoints, logs and the model
 */
public record TrainingRecipe(
        ModelShape model,
        AdamWSettings optimiser,
        double clipping,
        RateSchedule schedule,
        long averagingSteps,
        List<BatchStage> stages,
        int microBatchTokens,
        boolean recomputing,
        long seed,
        double heldOut,
        long evaluationSteps,
        long checkpointSteps,
        @Nullable String base,
        String tokenizer,
        List<SourceFile> sources,
        List<ModelFormat> formats,
        String output) {

    /** Llama 1 of 7B (arXiv 2302.13971). */
    public static final TrainingRecipe LLAMA_1 = Presets.LLAMA_1;

    /** Llama 2 of 7B (arXiv 2307.09288). */
    public static final TrainingRecipe LLAMA_2 = Presets.LLAMA_2;

    /** Llama 3 of 405B (arXiv 2407.21783): its growing batches, the annealing over as many tokens as printed, and the mean of its
     * checkpoints. */
    public static final TrainingRecipe LLAMA_3 = Presets.LLAMA_3;

    /** Checks values, and copies the lists. */
    public TrainingRecipe {
        FieldException.require(clipping > 0, "clipping", clipping, "above 0");
        FieldException.require(averagingSteps >= 0, "averagingSteps", averagingSteps, "0 or more");
        FieldException.require(microBatchTokens > 0, "microBatchTokens", microBatchTokens, "1 or more");
        FieldException.require(heldOut >= 0 && heldOut < 1, "heldOut", heldOut, "0 to below 1");
        FieldException.require(evaluationSteps > 0, "evaluationSteps", evaluationSteps, "1 or more");
        FieldException.require(checkpointSteps > 0, "checkpointSteps", checkpointSteps, "1 or more");
        stages = List.copyOf(stages);
        sources = List.copyOf(sources);
        formats = formats == null ? List.of(ModelFormat.GGUF) : List.copyOf(formats);
        FieldException.require(!formats.isEmpty(), "formats", formats, "gguf or safetensors or both");
        requireStages(stages, model.contextLength());
    }

    private static void requireStages(List<BatchStage> stages, int contextLength) {
        boolean begins = !stages.isEmpty() && stages.getFirst().fromTokens() == 0;
        FieldException.require(begins, "stages", stages, "one from token 0 on, and maybe more");
        for (int i = 0; i < stages.size(); i++) {
            BatchStage stage = stages.get(i);
            boolean grows = i == 0 || stage.fromTokens() > stages.get(i - 1).fromTokens();
            FieldException.require(grows, "stages", stage, "a later start than that of the stage before");
            FieldException.require(
                    stage.sequenceLength() <= contextLength,
                    "stages",
                    stage,
                    "sequences of at most contextLength (" + contextLength + ")");
        }
    }

    /**
     * What a JSON file says: the fields of this record, nested ones as objects and lists. Those that a {@code "preset"} (llama-1, llama-2 or
     * llama-3) has may be left out, as may single ones of its objects. Paths are relative to the file.
     *
     * @throws dev.llamapanama.training.data.TrainingFileException where it can't be read or is not as it should be
     */
    public static TrainingRecipe read(Path file) {
        return new RecipeFile<>(file, TrainingRecipe.class, Presets.BY_NAME, Set.of("base", "formats"))
                .read(TrainingRecipe::beside);
    }

    /** This recipe as JSON. */
    public String toJson() {
        return RecipeFile.write(this);
    }

    private TrainingRecipe beside(RecipeFile<TrainingRecipe> file) {
        TrainingRecipe based = base == null ? this : withBase(Path.of(file.resolve("base", base)));
        return based.withData(
                Path.of(file.resolve("tokenizer", tokenizer)),
                file.requireAny("sources", sources).stream()
                        .map(source -> source.at(file.resolve("sources", source.path())))
                        .toList(),
                Path.of(file.resolve("output", output)));
    }

    /**
     * Another model.
     *
     * @throws IllegalArgumentException if its context is shorter than sequences: {@link #withStages} comes first
     */
    public TrainingRecipe withModel(ModelShape value) {
        return with(copy -> copy.model = value);
    }

    /** Other learning rates. */
    public TrainingRecipe withSchedule(RateSchedule value) {
        return with(copy -> copy.schedule = value);
    }

    /**
     * Learning rates of the same shape over another number of steps.
     *
     * @throws IllegalArgumentException if there are too few for all its parts
     */
    public TrainingRecipe withSteps(long steps) {
        return withSchedule(schedule.scaled(steps));
    }

    /** The same shape of learning rates with another peak; smaller models want higher ones. */
    public TrainingRecipe withPeak(double peak) {
        return withSchedule(new RateSchedule(
                peak,
                schedule.warmUpSteps(),
                schedule.cosineSteps(),
                schedule.finalFraction(),
                schedule.annealingSteps()));
    }

    /** The mean of checkpoints of the annealing at other intervals; 0 for none. */
    public TrainingRecipe withAveragingSteps(long value) {
        return with(copy -> copy.averagingSteps = value);
    }

    /** Other sizes of steps. */
    public TrainingRecipe withStages(BatchStage... values) {
        return with(copy -> copy.stages = List.of(values));
    }

    /** Another number of tokens at once. */
    public TrainingRecipe withMicroBatchTokens(int value) {
        return with(copy -> copy.microBatchTokens = value);
    }

    /** Another seed. */
    public TrainingRecipe withSeed(long value) {
        return with(copy -> copy.seed = value);
    }

    /** Other documents to measure, at other intervals. */
    public TrainingRecipe withHeldOut(double fraction, long everySteps) {
        return with(copy -> {
            copy.heldOut = fraction;
            copy.evaluationSteps = everySteps;
        });
    }

    /** Other intervals of checkpoints. */
    public TrainingRecipe withCheckpointSteps(long value) {
        return with(copy -> copy.checkpointSteps = value);
    }

    /** Other formats of the model at the end. */
    public TrainingRecipe withFormats(ModelFormat... values) {
        return with(copy -> copy.formats = List.of(values));
    }

    /** Another model to go on from. */
    public TrainingRecipe withBase(Path value) {
        return with(copy -> copy.base = value.toString());
    }

    /** Another tokenizer, text and folder. */
    public TrainingRecipe withData(Path newTokenizer, List<SourceFile> newSources, Path newOutput) {
        return with(copy -> {
            copy.tokenizer = newTokenizer.toString();
            copy.sources = newSources;
            copy.output = newOutput.toString();
        });
    }

    /** The size of a step after so many tokens. */
    BatchStage stageAfter(long tokens) {
        BatchStage found = stages.getFirst();
        for (BatchStage stage : stages) {
            found = stage.fromTokens() <= tokens ? stage : found;
        }
        return found;
    }

    /** Whether the weights after so many steps are among those whose mean is the model. */
    boolean isAveraged(long steps) {
        return averagingSteps > 0 && schedule.annealed(steps) > 0 && (schedule.steps() - steps) % averagingSteps == 0;
    }

    /** Tokens of all steps. */
    long allTokens() {
        long tokens = 0;
        long left = schedule.steps();
        for (int i = 0; i < stages.size(); i++) {
            int batch = stages.get(i).batchTokens();
            boolean last = i + 1 == stages.size();
            long most = last ? left : Math.ceilDiv(stages.get(i + 1).fromTokens() - tokens, batch);
            long steps = Math.clamp(most, 0, left);
            tokens += steps * batch;
            left -= steps;
        }
        return tokens;
    }

    /** Sequences that go through the network at once, in a stage. */
    int microBatchSequences(BatchStage stage) {
        return Math.clamp(microBatchTokens / stage.sequenceLength(), 1, stage.sequences());
    }

    private TrainingRecipe with(Consumer<Copy> change) {
        Copy copy = new Copy(this);
        change.accept(copy);
        return copy.recipe();
    }

    /** All values, of which some are to be changed. */
    private static final class Copy {
        private ModelShape model;
        private AdamWSettings optimiser;
        private double clipping;
        private RateSchedule schedule;
        private long averagingSteps;
        private List<BatchStage> stages;
        private int microBatchTokens;
        private boolean recomputing;
        private long seed;
        private double heldOut;
        private long evaluationSteps;
        private long checkpointSteps;
        private @Nullable String base;
        private String tokenizer;
        private List<SourceFile> sources;
        private List<ModelFormat> formats;
        private String output;

        Copy(TrainingRecipe recipe) {
            model = recipe.model;
            optimiser = recipe.optimiser;
            clipping = recipe.clipping;
            schedule = recipe.schedule;
            averagingSteps = recipe.averagingSteps;
            stages = recipe.stages;
            microBatchTokens = recipe.microBatchTokens;
            recomputing = recipe.recomputing;
            seed = recipe.seed;
            heldOut = recipe.heldOut;
            evaluationSteps = recipe.evaluationSteps;
            checkpointSteps = recipe.checkpointSteps;
            base = recipe.base;
            tokenizer = recipe.tokenizer;
            sources = recipe.sources;
            formats = recipe.formats;
            output = recipe.output;
        }

        TrainingRecipe recipe() {
            return new TrainingRecipe(
                    model,
                    optimiser,
                    clipping,
                    schedule,
                    averagingSteps,
                    stages,
                    microBatchTokens,
                    recomputing,
                    seed,
                    heldOut,
                    evaluationSteps,
                    checkpointSteps,
                    base,
                    tokenizer,
                    sources,
                    formats,
                    output);
        }
    }
}
