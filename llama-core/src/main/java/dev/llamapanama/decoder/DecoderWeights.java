// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    /** What stands between the name of a tensor and the number of an expert. */
    private static final String EXPERT = "[";

    /**
     * One decoder block: attention, then SwiGLU.
     *
     * @param ffn the network that sees every token: the shared expert in a mixture
     * @param mixture the others, which see the tokens that are sent to them, or null in a dense layer
     */
    public record Layer(
            Weights attentionNorm,
            Weights wq,
            Weights wk,
            Weights wv,
            Weights wo,
            Weights ffnNorm,
            SwiGlu ffn,
            @Nullable Mixture mixture) {

        private Stream<Weights> all() {
            Stream<Weights> dense = Stream.concat(Stream.of(attentionNorm, wq, wk, wv, wo, ffnNorm), ffn.all());
            return mixture == null ? dense : Stream.concat(dense, mixture.all());
        }
    }

    /**
     * Routed experts.
     *
     * @param router {@code [experts, dim]}
     * @param perToken experts that a token is sent to
     */
    public record Mixture(Weights router, List<SwiGlu> experts, int perToken) {
        private Stream<Weights> all() {
            return Stream.concat(Stream.of(router), experts.stream().flatMap(SwiGlu::all));
        }
    }

    /**
     * The matrices that a tensor of a checkpoint has become.
     *
     * @param name canonical
     * @return one, or one for each expert where these are stacked
     */
    List<Weights> of(String name) {
        // They may be the same.
        if (name.equals(StoredAdapter.HEAD) || name.equals(StoredAdapter.EMBEDDING)) {
            return List.of(name.equals(StoredAdapter.HEAD) ? output : embedding);
        }
        return all().filter(
                        weights -> weights.name().equals(name) || weights.name().startsWith(name + EXPERT))
                .toList();
    }

    private Stream<Weights> all() {
        return Stream.concat(Stream.of(embedding, norm, output), layers.stream().flatMap(Layer::all));
    }

    @Override
    public void close() {
        all().forEach(Weights::close);
    }

    /**
     * Imports what the decoder needs. The checkpoint must stay open as long as the result is used.
     *
     * @param progress hears of each tensor
     * @throws CheckpointException if a tensor is missing or of a type that the backend can't use
     */
    public static DecoderWeights importFrom(Checkpoint checkpoint, Backend backend, LoadProgress progress) {
        Importer of = new Importer(checkpoint, backend, progress);
        try {
            return of.all();
        } catch (RuntimeException | Error e) {
            of.imported.forEach(Weights::close);
            throw e;
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
            MoeConfig moe = checkpoint.config().moe();
            Mixture mixture = moe != null && moe.inLayer(index) ? mixture(block, moe) : null;
            return new Layer(
                    rows(block + "attn_norm.weight"),
                    product(block + "attn_q.weight"),
                    product(block + "attn_k.weight"),
                    product(block + "attn_v.weight"),
                    product(block + "attn_output.weight"),
                    rows(block + "ffn_norm.weight"),
                    swiGlu(block, mixture == null ? "" : "_shexp", 0, 1),
                    mixture);
        }

        Mixture mixture(String block, MoeConfig moe) {
            Weights router = product(block + "ffn_gate_inp.weight");
            return new Mixture(
                    router,
                    IntStream.range(0, moe.experts())
                            .mapToObj(expert -> swiGlu(block, "_exps", expert, moe.experts()))
                            .toList(),
                    moe.expertsPerToken());
        }

        /** One of the networks that are stacked in the rows of the weights. */
        SwiGlu swiGlu(String block, String suffix, int index, int count) {
            return new SwiGlu(
                    product(block + "ffn_gate" + suffix + ".weight", index, count),
                    product(block + "ffn_up" + suffix + ".weight", index, count),
                    product(block + "ffn_down" + suffix + ".weight", index, count));
        }

        Weights rows(String name) {
            return get(name, WeightUse.ROWS, 0, 1);
        }

        Weights product(String name) {
            return product(name, 0, 1);
        }

        Weights product(String name, int index, int count) {
            return get(name, WeightUse.PRODUCT, index, count);
        }

        private Weights get(String name, WeightUse use, int index, int count) {
            CheckpointTensor tensor = checkpoint.tensors().get(name);
            if (tensor == null) {
                throw new CheckpointException(checkpoint.path(), name, "no such tensor", "the weights of this layer");
            }
            if (!backend.weightTypes().contains(tensor.type())) {
                throw new CheckpointException(
                        checkpoint.path(), name, tensor.type(), "a type of this backend: " + backend.weightTypes());
            }
            long rows = tensor.shape().rows() / count;
            Shape shape = new Shape(rows, tensor.shape().cols());
            long bytes = tensor.type().bytes(shape.elements());
            WeightSource source = count == 1 ? tensor.source() : tensor.source().slice(index * bytes, bytes);
            String label = count == 1 ? name : name + EXPERT + index + "]";
            Weights weights = backend.importWeights(label, tensor.type(), shape, source, use);
            imported.add(weights);
            done = Math.min(total, done + bytes);
            progress.loaded(done, total);
            return weights;
        }
    }
}
