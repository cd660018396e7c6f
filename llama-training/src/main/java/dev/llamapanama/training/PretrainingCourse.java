// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
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
import dev.llamapanama.training.tuning.ParameterAverage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Pre-training: the next token of packed documents. */
final class PretrainingCourse implements Course, AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    final TokenizerDefinition tokenizer;
    final Parameters parameters;

    private final TrainingRecipe recipe;
    private final DataMixture mixture;
    private final HeldOut heldOut;
    private final DecoderNetwork network;
    private final AdamW adamW;
    private final GradientClipping clipping;
    private final LearningRate rate;
    private final double allTokens;
    private final JsonNode identity;
    private long tokens;
    private @Nullable ParameterAverage average;
    private long averaged;

    PretrainingCourse(TrainingRecipe recipe) {
        this.recipe = recipe;
        tokenizer = Tokenizers.read(Path.of(recipe.tokenizer()));
        LlamaConfig config = recipe.model().config(tokenizer.pieces().size());
        requireFit(config, largestBatch());
        TrainingData data = TrainingData.of(recipe, Tokenizers.of(tokenizer));
        mixture = data.mixture();
        heldOut = data.heldOut();
        clipping = new GradientClipping(recipe.clipping());
        rate = recipe.schedule().rate();
        allTokens = recipe.allTokens();
        parameters = recipe.base() == null
                ? Parameters.initial(config, recipe.seed())
                : goingOn(Path.of(recipe.base()), config, tokenizer);
        identity = identified();
        int threads = Runtime.getRuntime().availableProcessors();
        network = new DecoderNetwork(parameters, new NetworkOptions(largestBatch(), threads, recipe.recomputing()));
        adamW = new AdamW(parameters, network.gradients(), recipe.optimiser(), threads);
    }

    static void requireFit(LlamaConfig config, int tokens) {
        int most = DecoderNetwork.mostTokens(config);
        FieldException.require(tokens <= most, "microBatchTokens", tokens, "at most " + most + " for this model");
    }

    private static Parameters goingOn(Path base, LlamaConfig config, TokenizerDefinition tokenizer) {
        Parameters parameters = Parameters.zero(config);
        try (Checkpoint checkpoint = Checkpoints.open(base)) {
            requireSame(base, checkpoint.tokenizer(), tokenizer);
            Parameters learnt = Parameters.of(checkpoint);
            boolean same = learnt.tensors().equals(parameters.tensors())
                    && learnt.config().heads() == config.heads()
                    && learnt.config().rope().scaling().equals(config.rope().scaling());
            if (!same) {
                throw new TrainingFileException(base, "model", learnt.config(), "the recipe's shapes: " + config);
            }
            System.arraycopy(learnt.values(), 0, parameters.values(), 0, learnt.values().length);
        }
        return parameters;
    }

    /** Weights that have learnt other pieces would be of no use. */
    private static void requireSame(Path base, @Nullable TokenizerDefinition learnt, TokenizerDefinition tokenizer) {
        List<String> pieces = tokenizer.pieces();
        if (learnt == null || learnt.pieces().size() != pieces.size()) {
            return; // other shapes, or pieces that nobody knows
        }
        for (int id = 0; id < pieces.size(); id++) {
            if (!learnt.pieces().get(id).equals(pieces.get(id))) {
                throw new TrainingFileException(
                        base, "tokenizer, piece " + id, learnt.pieces().get(id), "the recipe's: " + pieces.get(id));
            }
        }
    }

    private int largestBatch() {
        return recipe.stages().stream()
                .mapToInt(stage -> Math.multiplyExact(recipe.microBatchSequences(stage), stage.sequenceLength()))
                .max()
                .orElseThrow();
    }

    /** Rates and the number of steps may be others. */
    private JsonNode identified() {
        ObjectNode node = MAPPER.createObjectNode();
        node.set("model", MAPPER.valueToTree(recipe.model()));
        node.put("vocabulary", tokenizer.pieces().size());
        node.put("seed", recipe.seed());
        node.put("heldOut", recipe.heldOut());
        if (recipe.base() != null) {
            node.put("base", Fingerprint.of(parameters.values()));
        }
        ArrayNode sources = node.putArray("sources");
        for (DataSource source : mixture.sources()) {
            sources.addObject()
                    .put("name", source.name())
                    .put("weight", source.weight())
                    .put("documents", source.documents().size())
                    .put("tokens", source.documents().tokens())
                    .put("text", new Fingerprint().add(source.documents().ids()).value());
        }
        return node;
    }

    @Override
    public JsonNode identity() {
        return identity;
    }

    @Override
    public long steps() {
        return adamW.steps();
    }

    @Override
    public long allSteps() {
        return recipe.schedule().steps();
    }

    @Override
    public double share() {
        return tokens / allTokens;
    }

    @Override
    public TrainingState state() {
        return new TrainingState(identity(), adamW.steps(), tokens, mixture.position(), averaged);
    }

    @Override
    public List<float[]> arrays() {
        List<float[]> arrays = new ArrayList<>(List.of(
                parameters.values(), adamW.means().values(), adamW.squares().values()));
        if (average != null) {
            arrays.add(average.mean().values());
        }
        return arrays;
    }

    @Override
    public void expect(TrainingState state) {
        averaged = state.averaged();
        average =
                averaged == 0 ? null : ParameterAverage.resume(Parameters.zero(parameters.config()), (double) averaged);
    }

    @Override
    public void restore(TrainingState state) {
        mixture.restore(Objects.requireNonNull(state.position()));
        adamW.resumeAfter(state.steps());
        tokens = state.tokens();
        boolean annealing = recipe.averagingSteps() > 0 && recipe.schedule().annealed(state.steps()) > 0;
        if (!annealing) {
            forgetAverage();
        }
    }

    /** Of an annealing that was to be one by another recipe. */
    private void forgetAverage() {
        average = null;
        averaged = 0;
    }

    private void average() {
        if (average == null) {
            average = new ParameterAverage(parameters.config());
        }
        average.add(parameters);
        averaged++;
    }

    /** The weights that training has come to: the mean along the annealing, once it is there. */
    Parameters result() {
        return average == null ? parameters : average.mean();
    }

    @Override
    public TrainingStep step() {
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
        if (recipe.isAveraged(index + 1)) {
            average();
        }
        double speed = stage.batchTokens() / ((System.nanoTime() - start) / 1e9);
        return new TrainingStep(index + 1, tokens, loss, heldOutLoss(index + 1), rate.at(index), norm, speed, Map.of());
    }

    private List<Batch> microBatches(BatchStage stage) {
        List<Batch> batches = new ArrayList<>();
        int most = recipe.microBatchSequences(stage);
        for (int left = stage.sequences(); left > 0; left -= most) {
            batches.add(mixture.next(Math.min(left, most), stage.sequenceLength()));
        }
        return batches;
    }

    private @Nullable Double heldOutLoss(long step) {
        boolean due = step % recipe.evaluationSteps() == 0 || step == allSteps();
        return due ? heldOut.loss(network) : null;
    }

    /** How often each source was read. */
    List<TrainingReport.Source> epochs() {
        List<Double> epochs = mixture.epochs();
        List<TrainingReport.Source> sources = new ArrayList<>();
        for (int i = 0; i < epochs.size(); i++) {
            sources.add(new TrainingReport.Source(mixture.sources().get(i).name(), epochs.get(i)));
        }
        return sources;
    }

    @Override
    public void close() {
        network.close();
        adamW.close();
    }
}
