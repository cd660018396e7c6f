// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.training.kernel.Matrix;
import dev.llamapanama.training.kernel.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A Llama that can be trained: forward over a batch, then backward from what a loss says of log-probabilities of targets, of last hidden
 * states, or of both. Gradients are added to those that are there, so that a step may have several batches; who takes a step
 * {@linkplain #clearGradients clears} them. Memory is allocated once. The same weights and batches give the same bits, whatever the
 * number of threads. Not safe for several threads; its own stop with {@link #close}.
 *
 * {@snippet :
 * Parameters parameters = Parameters.initial(config, 1);
 * try (DecoderNetwork network = new DecoderNetwork(parameters, NetworkOptions.of(2048))) {
 *     double loss = network.learn(batch, 1f / batch.targetCount()) / batch.targetCount();
 * }
 * }
 */
public final class DecoderNetwork implements AutoCloseable {
    private final Parameters parameters;
    private final Parameters gradients;
    private final NetworkOptions options;
    private final Workers workers;
    private final Operations ops;
    private final Matrix embedding;
    private final Matrix dEmbedding;
    private final List<DecoderLayer> layers;
    private final List<LayerActivations> kept;
    /** The input of each layer, and the output of the last. */
    private final List<Buffer> residuals = new ArrayList<>();

    private final Buffer gradient;
    private final Head head;
    private final float[] logProbabilities;
    /** Of which layer the activations are, where layers share them. */
    private int activated;

    private @Nullable Batch batch;
    private Documents documents = new Documents(new int[1], new int[0]);

    /**
     * @param parameters are used as they are at each call
     * @throws IllegalArgumentException if there are {@linkplain #mostTokens too many tokens}
     * @throws OutOfMemoryError if there is no memory for so many tokens
     */
    public DecoderNetwork(Parameters parameters, NetworkOptions options) {
        this.parameters = parameters;
        this.options = options;
        LlamaConfig config = parameters.config();
        int tokens = options.tokens();
        if (tokens > mostTokens(config)) {
            throw new IllegalArgumentException(
                    "tokens: found " + tokens + ", expected at most " + mostTokens(config) + " for this model");
        }
        gradients = Parameters.zero(config);
        workers = new Workers(options.threads());
        ops = Operations.of(config, tokens, workers);
        embedding = parameters.matrix("token_embd.weight");
        dEmbedding = gradients.matrix("token_embd.weight");
        Workspace space = Workspace.of(config, tokens);
        layers = IntStream.range(0, config.layers())
                .mapToObj(i -> new DecoderLayer(parameters, gradients, i, ops, space))
                .toList();
        kept = IntStream.range(0, options.recomputing() ? 1 : config.layers())
                .mapToObj(i -> LayerActivations.of(config, tokens))
                .toList();
        for (int i = 0; i <= config.layers(); i++) {
            residuals.add(new Buffer(tokens, config.dim()));
        }
        gradient = new Buffer(tokens, config.dim());
        head = new Head(parameters, gradients, tokens, ops);
        logProbabilities = new float[tokens];
    }

    /** How large batches of a model may be at most: no array of activations has more elements than an array can have. */
    public static int mostTokens(LlamaConfig config) {
        int widest = IntStream.of(config.dim(), config.queryDim() + 2 * config.kvDim(), 2 * config.ffnDim())
                .max()
                .orElseThrow();
        return Integer.MAX_VALUE / widest;
    }

    /** What it is ready for. */
    public NetworkOptions options() {
        return options;
    }

    /** The weights that it computes with. */
    public Parameters parameters() {
        return parameters;
    }

    /** The sums of the gradients of all batches since they were cleared. */
    public Parameters gradients() {
        return gradients;
    }

    /** Sets all gradients to 0. */
    public void clearGradients() {
        ops.vectors().clear(gradients.values());
    }

    /**
     * Cross-entropy: forward and backward at once.
     *
     * @param weight of each token's loss in the gradients: {@code 1 / tokens of the step} for the mean
     * @return the sum of {@code −log p} of all targets, without the weight
     * @throws IllegalArgumentException see {@link #forward}
     */
    public double learn(Batch next, float weight) {
        forward(next);
        backward((row, logProbability) -> -weight, null);
        double sum = 0;
        for (int row = 0; row < next.size(); row++) {
            sum -= logProbabilities[row];
        }
        return sum;
    }

    /**
     * The forward pass, up to the last hidden states.
     *
     * @throws IllegalArgumentException if the batch is larger than the {@linkplain NetworkOptions options} say, or has ids that aren't in the
     *     vocabulary
     */
    public void forward(Batch next) {
        if (next.size() > options.tokens()) {
            throw new IllegalArgumentException(
                    "batch: found " + next.size() + " tokens, expected at most " + options.tokens());
        }
        next.requireBelow(parameters.config().vocabSize());
        batch = next;
        documents = Documents.of(next);
        ops.embedding().forward(embedding, next.tokens, residual(0));
        for (int i = 0; i < layers.size(); i++) {
            layers.get(i).forward(residual(i), kept(i), documents, residual(i + 1));
            activated = i;
        }
        head.forward(residual(layers.size()));
    }

    /**
     * The normalised last hidden states {@code [tokens, dim]} of the last forward pass: what the head, or that of a reward model, reads.
     *
     * @return the network's own array, which may be longer, until the next forward pass
     */
    public float[] states() {
        return head.states();
    }

    /**
     * The logits of one token of the last forward pass.
     *
     * @param to takes as many as the vocabulary has ids
     */
    public void logits(int row, float[] to) {
        head.logits(row, to);
    }

    /**
     * The log-probability of each target of the last forward pass, 0 where it is ignored.
     *
     * @return the network's own array, which may be longer, until the next call
     */
    public float[] logProbabilities() {
        head.logProbabilities(forwarded(), logProbabilities);
        return logProbabilities;
    }

    /**
     * Adds the gradients of a loss of the last forward pass.
     *
     * @param loss by log-probabilities of targets, or null for a loss of states alone
     * @param stateGradients derivatives of the loss by {@link #states}, or null for none
     */
    public void backward(@Nullable TokenGradient loss, float @Nullable [] stateGradients) {
        Batch of = forwarded();
        head.begin(of.size(), stateGradients);
        if (loss != null) {
            head.gradients(of, loss, logProbabilities);
        }
        Matrix d = gradient.rows(of.size());
        head.backward(residual(layers.size()), d);
        for (int i = layers.size() - 1; i >= 0; i--) {
            if (options.recomputing() && i != activated) {
                layers.get(i).activate(residual(i), kept(i), documents);
                activated = i;
            }
            layers.get(i).backward(residual(i), kept(i), documents, d);
        }
        ops.embedding().backward(d, of.tokens, dEmbedding);
    }

    private Batch forwarded() {
        if (batch == null) {
            throw new IllegalStateException("no forward pass yet");
        }
        return batch;
    }

    private Matrix residual(int layer) {
        return residuals.get(layer).rows(documents.rows());
    }

    private LayerActivations kept(int layer) {
        return kept.get(options.recomputing() ? 0 : layer);
    }

    @Override
    public void close() {
        workers.close();
    }
}
