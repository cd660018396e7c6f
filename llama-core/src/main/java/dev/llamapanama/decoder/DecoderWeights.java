// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The matrices of a Llama on a backend, under the names of Meta's code.
 *
 * @param embedding {@code [vocabulary, dim]}
 * @param layers decoder blocks in order
 * @param norm weight of the final norm
 * @param output the head, {@code [vocabulary, dim]}; the embedding itself where they are tied
 */
public record DecoderWeights(Weights embedding, List<Layer> layers, Weights norm, Weights output)
        implements AutoCloseable {

    /** One decoder block: attention, then SwiGLU (w1 is the gate, w3 goes up, w2 goes down). */
    public record Layer(
            Weights attentionNorm,
            Weights wq,
            Weights wk,
            Weights wv,
            Weights wo,
            Weights ffnNorm,
            Weights w1,
            Weights w3,
            Weights w2) {

        private Stream<Weights> all() {
            return Stream.of(attentionNorm, wq, wk, wv, wo, ffnNorm, w1, w3, w2);
        }
    }

    @Override
    public void close() {
        Stream.of(Stream.of(embedding, norm, output), layers.stream().flatMap(Layer::all))
                .flatMap(Function.identity())
                .forEach(Weights::close);
    }

    /**
     * Imports what the decoder needs. The checkpoint must stay open as long as the result is used.
     *
     * @param progress hears of each tensor
     * @throws CheckpointException if the model has parts that the decoder doesn't know, or a tensor is missing or of a type that
     *     the backend can't use
     */
    public static DecoderWeights importFrom(Checkpoint checkpoint, Backend backend, LoadProgress progress) {
        requireKnownParts(checkpoint);
        Importer of = new Importer(checkpoint, backend, progress);
        try {
            return of.all();
        } catch (RuntimeException | Error e) {
            of.imported.forEach(Weights::close);
            throw e;
        }
    }

    private static void requireKnownParts(Checkpoint checkpoint) {
        LlamaConfig config = checkpoint.config();
        if (config.moe() != null || !config.attention().equals(AttentionPattern.FULL)) {
            throw new CheckpointException(
                    checkpoint.path(),
                    "architecture",
                    "mixture of experts " + config.moe() + ", " + config.attention(),
                    "a dense model with full attention: Llama 4 can't be run by this version");
        }
    }

    private static final class Importer {
        private final Checkpoint checkpoint;
        private final Backend backend;
        private final LoadProgress progress;
        private final long total;
        private final List<Weights> imported = new ArrayList<>();
        private long done;

        Importer(Checkpoint checkpoint, Backend backend, LoadProgress progress) {
            this.checkpoint = checkpoint;
            this.backend = backend;
            this.progress = progress;
            total = checkpoint.tensors().values().stream()
                    .mapToLong(CheckpointTensor::bytes)
                    .sum();
        }

        DecoderWeights all() {
            LlamaConfig config = checkpoint.config();
            boolean tied = config.tiedEmbeddings();
            Weights embedding = tied ? product("token_embd.weight") : rows("token_embd.weight");
            List<Layer> layers =
                    IntStream.range(0, config.layers()).mapToObj(this::layer).toList();
            Weights norm = rows("output_norm.weight");
            return new DecoderWeights(embedding, layers, norm, tied ? embedding : product("output.weight"));
        }

        Layer layer(int index) {
            String block = "blk." + index + ".";
            return new Layer(
                    rows(block + "attn_norm.weight"),
                    product(block + "attn_q.weight"),
                    product(block + "attn_k.weight"),
                    product(block + "attn_v.weight"),
                    product(block + "attn_output.weight"),
                    rows(block + "ffn_norm.weight"),
                    product(block + "ffn_gate.weight"),
                    product(block + "ffn_up.weight"),
                    product(block + "ffn_down.weight"));
        }

        Weights rows(String name) {
            return get(name, WeightUse.ROWS);
        }

        Weights product(String name) {
            return get(name, WeightUse.PRODUCT);
        }

        private Weights get(String name, WeightUse use) {
            CheckpointTensor tensor = checkpoint.tensors().get(name);
            if (tensor == null) {
                throw new CheckpointException(checkpoint.path(), name, "no such tensor", "the weights of this layer");
            }
            if (!backend.weightTypes().contains(tensor.type())) {
                throw new CheckpointException(
                        checkpoint.path(), name, tensor.type(), "a type of this backend: " + backend.weightTypes());
            }
            Weights weights = backend.importWeights(name, tensor.type(), tensor.shape(), tensor.source(), use);
            imported.add(weights);
            done = Math.min(total, done + tensor.bytes());
            progress.loaded(done, total);
            return weights;
        }
    }
}
