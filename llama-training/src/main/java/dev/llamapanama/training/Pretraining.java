// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.convert.Conversion;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.training.data.DataMixture;
import dev.llamapanama.training.data.DataSource;
import dev.llamapanama.training.data.TrainingFileException;
import dev.llamapanama.training.network.Batch;
import dev.llamapanama.training.network.DecoderNetwork;
import dev.llamapanama.training.network.NetworkOptions;
import dev.llamapanama.training.network.Parameters;
import dev.llamapanama.training.optimise.AdamW;
import dev.llamapanama.training.optimise.GradientClipping;
import dev.llamapanama.training.optimise.LearningRate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Training from scratch, on all cores. The output folder takes checkpoints ({@code checkpoint-*.bin}, the last two), every step ({@code log.jsonl},
 * {@code log.csv}), the curve of losses ({@code loss.svg}) and, at the end, the model ({@code model.gguf}). A training that was
 * stopped at any moment and resumed gives the same bits as one that never was. Not safe for several threads, and one folder is for one
 * training at a time.
 *
 * {@snippet :
 * try (Pretraining training = Pretraining.start(TrainingRecipe.read(Path.of("recipe.json")))) {
 *     Path model = training.run(TrainingListener.NONE).model();
 * }
 * }
 */
public final class Pretraining implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private final TrainingRecipe recipe;
    private final Path output;
    private final TokenizerDefinition tokenizer;
    private final TrainingData data;
    private final Parameters parameters;
    private final DecoderNetwork network;
    private final AdamW adamW;
    private final GradientClipping clipping;
    private final LearningRate rate;
    private final CheckpointFolder checkpoints;
    private final TrainingLog log;
    private long tokens;

    private Pretraining(TrainingRecipe recipe, boolean resuming) {
        this.recipe = recipe;
        output = Path.of(recipe.output());
        checkpoints = new CheckpointFolder(output);
        if (!resuming && !checkpoints.isEmpty()) {
            throw new TrainingFileException(output, "output", "checkpoints of a training", "none, or to resume it");
        }
        tokenizer = Tokenizers.read(Path.of(recipe.tokenizer()));
        LlamaConfig config = recipe.model().config(tokenizer.pieces().size());
        data = TrainingData.of(recipe, Tokenizers.of(tokenizer));
        clipping = new GradientClipping(recipe.clipping());
        rate = recipe.schedule().rate();
        parameters = Parameters.initial(config, recipe.seed());
        int threads = Runtime.getRuntime().availableProcessors();
        network = new DecoderNetwork(parameters, new NetworkOptions(largestBatch(), threads, recipe.recomputing()));
        adamW = new AdamW(parameters, network.gradients(), recipe.optimiser(), threads);
        try {
            checkpoints.newest().ifPresent(this::restore);
            log = new TrainingLog(createdOutput(), adamW.steps());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private int largestBatch() {
        return recipe.stages().stream()
                .mapToInt(stage -> Math.multiplyExact(recipe.microBatchSequences(stage), stage.sequenceLength()))
                .max()
                .orElseThrow();
    }

    private Path createdOutput() {
        try {
            return Files.createDirectories(output);
        } catch (IOException e) {
            throw new TrainingFileException(output, e);
        }
    }

    /**
     * Begins a training.
     *
     * @throws TrainingFileException if the output folder has checkpoints already, or a file can't be used
     * @throws IllegalArgumentException if the model can't be trained
     */
    public static Pretraining start(TrainingRecipe recipe) {
        return new Pretraining(recipe, false);
    }

    /**
     * Goes on from the newest checkpoint, or the one before where that is damaged, or begins where there is none. Learning rates, intervals and
     * the number of steps may be others than before.
     *
     * @throws TrainingFileException if no checkpoint is whole, or they are of another model or other data
     */
    public static Pretraining resume(TrainingRecipe recipe) {
        return new Pretraining(recipe, true);
    }

    private void restore(CheckpointFolder.Found found) {
        TrainingState state = found.state();
        if (!state.identity().equals(MAPPER.readTree(identity().toString()))) {
            throw new TrainingFileException(
                    found.file().path(),
                    "training",
                    state.identity(),
                    identity().toString());
        }
        found.file().read(arrays());
        data.mixture().restore(state.position());
        adamW.resumeAfter(state.steps());
        tokens = state.tokens();
    }

    /** What must be the same for the stored numbers to mean the same. */
    private JsonNode identity() {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("model", MAPPER.valueToTree(recipe.model()));
        node.put("vocabulary", tokenizer.pieces().size());
        node.put("seed", recipe.seed());
        node.put("heldOut", recipe.heldOut());
        ArrayNode sources = node.putArray("sources");
        for (DataSource source : data.mixture().sources()) {
            sources.addObject()
                    .put("name", source.name())
                    .put("weight", source.weight())
                    .put("documents", source.documents().size())
                    .put("tokens", source.documents().tokens());
        }
        return node;
    }

    private List<float[]> arrays() {
        return List.of(
                parameters.values(), adamW.means().values(), adamW.squares().values());
    }

    /** Steps done, those before it was resumed included. */
    public long steps() {
        return adamW.steps();
    }

    /** The weights, which change with each step. */
    public Parameters parameters() {
        return parameters;
    }

    /** Every step that was logged, those before it was resumed included. */
    public List<TrainingStep> log() {
        return log.steps();
    }

    /**
     * Trains to the last step and writes the model.
     *
     * @throws TrainingDivergedException if a loss or gradient isn't finite
     */
    public TrainingReport run(TrainingListener listener) {
        long start = System.nanoTime();
        long before = adamW.steps();
        long all = recipe.schedule().steps();
        while (adamW.steps() < all) {
            TrainingStep step = step();
            log.add(step);
            if (step.step() % recipe.checkpointSteps() == 0 || step.step() == all) {
                checkpoints.write(
                        new TrainingState(
                                identity(),
                                adamW.steps(),
                                tokens,
                                data.mixture().position()),
                        arrays());
                log.draw();
            }
            double each = (System.nanoTime() - start) / 1e9 / (step.step() - before);
            listener.stepped(step, all, each * (all - step.step()));
        }
        Path model = output.resolve("model.gguf");
        export(model, "F32");
        return new TrainingReport(log.last(), epochs(), model);
    }

    private TrainingStep step() {
        long start = System.nanoTime();
        long index = adamW.steps();
        BatchStage stage = recipe.stageAfter(tokens);
        List<Batch> batches = microBatches(stage);
        int targets = batches.stream().mapToInt(Batch::targetCount).sum();
        network.clearGradients();
        double loss = 0;
        for (Batch batch : batches) {
            loss += network.learn(batch, 1f / Math.max(1, targets));
        }
        loss /= Math.max(1, targets);
        double norm = adamW.gradientNorm();
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new TrainingDivergedException(index + 1, loss, norm);
        }
        adamW.step(rate.at(index), clipping.factor(norm));
        tokens += stage.batchTokens();
        double speed = stage.batchTokens() / ((System.nanoTime() - start) / 1e9);
        return new TrainingStep(index + 1, tokens, loss, heldOutLoss(index + 1), rate.at(index), norm, speed);
    }

    private List<Batch> microBatches(BatchStage stage) {
        DataMixture mixture = data.mixture();
        List<Batch> batches = new ArrayList<>();
        int most = recipe.microBatchSequences(stage);
        for (int left = stage.sequences(); left > 0; left -= most) {
            batches.add(mixture.next(Math.min(left, most), stage.sequenceLength()));
        }
        return batches;
    }

    private @Nullable Double heldOutLoss(long step) {
        boolean due = step % recipe.evaluationSteps() == 0
                || step == recipe.schedule().steps();
        long targets = data.heldOut().stream().mapToLong(Batch::targetCount).sum();
        if (!due || targets == 0) {
            return null;
        }
        double loss = 0;
        for (Batch batch : data.heldOut()) {
            network.forward(batch);
            float[] logProbabilities = network.logProbabilities();
            for (int row = 0; row < batch.size(); row++) {
                loss -= logProbabilities[row];
            }
        }
        return loss / targets;
    }

    private List<TrainingReport.Source> epochs() {
        List<Double> epochs = data.mixture().epochs();
        List<TrainingReport.Source> sources = new ArrayList<>();
        for (int i = 0; i < epochs.size(); i++) {
            sources.add(
                    new TrainingReport.Source(data.mixture().sources().get(i).name(), epochs.get(i)));
        }
        return sources;
    }

    /**
     * Writes the weights as they are now as a GGUF file with the tokenizer; one that is there is replaced.
     *
     * @param type how weights are stored, as {@link Conversion#type} takes it
     */
    public void export(Path file, String type) {
        try (Checkpoint snapshot = parameters.snapshot(output, tokenizer)) {
            Conversion.of(snapshot).type(type).replacing(true).write(file);
        }
    }

    @Override
    public void close() {
        network.close();
        adamW.close();
    }
}
