// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.training.kernel.Matrix;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a dense Llama, or as many gradients, as one array of floats in the names, order and layout of a {@link Checkpoint}: queries,
 * keys and values lie one behind the other, as do gates and ups, so that each is one matrix to the network. Mutable, and not safe
 * for several threads.
 */
public final class Parameters {
    private static final double DEVIATION = 0.02;

    private final LlamaConfig config;
    private final SequencedMap<String, ParameterTensor> tensors;
    private final float[] values;

    private Parameters(LlamaConfig config, @Nullable Path file) {
        requireTrainable(config, file);
        this.config = config;
        tensors = layout(config);
        ParameterTensor last = tensors.lastEntry().getValue();
        values = new float[last.offset() + last.size()];
    }

    /**
     * All zero.
     *
     * @throws IllegalArgumentException if the model isn't a dense Llama with full attention, or has 2^31 weights or more
     */
    public static Parameters zero(LlamaConfig config) {
        return new Parameters(config, null);
    }

    /**
     * What training from scratch begins with: matrices normally distributed with a deviation of 0.02, those that write to the residual stream
     * by √(2 · layers) less (as in GPT-2), norms 1. The same seed gives the same weights.
     *
     * @throws IllegalArgumentException see {@link #zero}
     */
    public static Parameters initial(LlamaConfig config, long seed) {
        Parameters parameters = new Parameters(config, null);
        Random random = new Random(seed);
        for (ParameterTensor tensor : parameters.tensors.values()) {
            double deviation = DEVIATION;
            if (tensor.name().endsWith("attn_output.weight") || tensor.name().endsWith("ffn_down.weight")) {
                deviation /= Math.sqrt(2.0 * config.layers());
            }
            for (int i = tensor.offset(); i < tensor.offset() + tensor.size(); i++) {
                parameters.values[i] = tensor.isMatrix() ? (float) (deviation * random.nextGaussian()) : 1;
            }
        }
        return parameters;
    }

    /**
     * The weights of a model of any format, decoded.
     *
     * @param checkpoint is read and remains the caller's
     * @throws CheckpointException if the model isn't a dense Llama with full attention, or has 2^31 weights or more
     */
    public static Parameters of(Checkpoint checkpoint) {
        Parameters parameters = new Parameters(checkpoint.config(), checkpoint.path());
        for (ParameterTensor tensor : parameters.tensors.values()) {
            CheckpointTensor stored =
                    Objects.requireNonNull(checkpoint.tensors().get(tensor.name()), tensor.name());
            float[] row = new float[(int) tensor.shape().cols()];
            for (int i = 0; i < tensor.shape().rows(); i++) {
                stored.decodeRow(i, row);
                System.arraycopy(row, 0, parameters.values, tensor.offset() + i * row.length, row.length);
            }
        }
        return parameters;
    }

    private static void requireTrainable(LlamaConfig config, @Nullable Path file) {
        boolean dense = config.moe() == null && config.crossAttentionLayers() == 0;
        require(
                dense && config.attention().equals(AttentionPattern.FULL),
                file,
                "model",
                "experts, cross-attention or chunked attention",
                "a dense Llama");
        long count = config.parameterCount();
        require(count <= Integer.MAX_VALUE, file, "parameters", count, "less than 2^31, which one array holds");
    }

    private static void require(boolean holds, @Nullable Path file, String field, Object found, String expected) {
        if (!holds && file != null) {
            throw new CheckpointException(file, field, found, expected);
        }
        if (!holds) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }

    private static SequencedMap<String, ParameterTensor> layout(LlamaConfig config) {
        SequencedMap<String, ParameterTensor> tensors = new LinkedHashMap<>();
        WeightLayout.forEach(config, (name, shape) -> {
            int offset = tensors.isEmpty()
                    ? 0
                    : tensors.lastEntry().getValue().offset()
                            + tensors.lastEntry().getValue().size();
            tensors.put(name, new ParameterTensor(name, shape, offset));
        });
        return Collections.unmodifiableSequencedMap(tensors);
    }

    /** The shape of the model. */
    public LlamaConfig config() {
        return config;
    }

    /** All tensors by name, in order. */
    public SequencedMap<String, ParameterTensor> tensors() {
        return tensors;
    }

    /** The elements of all tensors, one behind the other: the array itself. */
    public float[] values() {
        return values;
    }

    /**
     * The weights as they are now, as a model that can be opened or converted to a file.
     *
     * @param path what to call it
     * @param tokenizer to go with it, or null for none
     * @return the caller's, to be closed; a copy
     */
    public Checkpoint snapshot(Path path, @Nullable TokenizerDefinition tokenizer) {
        return new SnapshotCheckpoint(this, path, tokenizer);
    }

    /** Tensors that lie one behind the other and have equally long rows, as one matrix. */
    Matrix matrix(String first, String... more) {
        ParameterTensor tensor = tensor(first);
        long rows = tensor.shape().rows();
        for (String name : more) {
            rows += tensor(name).shape().rows();
        }
        Shape shape = new Shape(rows, tensor.shape().cols());
        return Matrix.of(values, tensor.offset(), (int) shape.rows(), (int) shape.cols());
    }

    private ParameterTensor tensor(String name) {
        return Objects.requireNonNull(tensors.get(name), name);
    }
}
