// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.Shape;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An open adapter of any format: what it adds to which weight of a model, under the names and in the layout of {@link WeightLayout}. The
 * numbers are mapped, not copied; {@link #close} unmaps them, after which no tensor may be touched. Immutable.
 */
public final class StoredAdapter implements AutoCloseable {
    /** Its pair is looked up where tokens come in; where the head is the same table, that isn't adapted with it. */
    public static final String EMBEDDING = "token_embd.weight";

    /** The head has a pair of its own, even where it is the embedding table. */
    public static final String HEAD = "output.weight";

    /** Ranks go up to four times the width of the widest Llama. */
    public static final int MOST_RANK = 1 << 16;

    private final Path path;
    private final SequencedMap<String, LowRank> pairs;
    private final Runnable closing;

    private StoredAdapter(Path path, SequencedMap<String, LowRank> pairs, Runnable closing) {
        this.path = path;
        this.pairs = Collections.unmodifiableSequencedMap(pairs);
        this.closing = closing;
    }

    /**
     * Checks that an adapter fits to a model.
     *
     * @param pairs by the name of the weight; one at least
     * @param closing unmaps them; idempotent
     * @throws CheckpointException that names the tensor which doesn't fit
     */
    public static StoredAdapter of(Path path, LlamaConfig base, SequencedMap<String, LowRank> pairs, Runnable closing) {
        if (pairs.isEmpty()) {
            throw new CheckpointException(path, "tensors", "none", "pairs of a LoRA adapter");
        }
        Map<String, Shape> weights = weights(base);
        pairs.forEach((name, pair) -> {
            Shape weight = weights.get(name);
            if (weight == null) {
                throw new CheckpointException(
                        path, pair.a().name(), "an adapter of " + name, "one of a matrix of the model");
            }
            check(path, name, pair, weight, experts(name, base));
        });
        return new StoredAdapter(path, new LinkedHashMap<>(pairs), closing);
    }

    /** The matrices that may be adapted, by canonical name. */
    public static SequencedMap<String, Shape> weights(LlamaConfig base) {
        SequencedMap<String, Shape> weights = new LinkedHashMap<>();
        WeightLayout.forEach(base, (name, shape) -> {
            if (!name.endsWith("norm.weight")) {
                weights.put(name, shape);
            }
        });
        weights.put(HEAD, new Shape(base.vocabSize(), base.dim()));
        return weights;
    }

    /** How many weights are stacked in the rows of one. */
    private static int experts(String name, LlamaConfig base) {
        MoeConfig moe = base.moe();
        return moe != null && name.endsWith("_exps.weight") ? moe.experts() : 1;
    }

    private static void check(Path path, String name, LowRank pair, Shape weight, int experts) {
        long rank = pair.b().shape().cols();
        if (rank > MOST_RANK) {
            throw new CheckpointException(path, pair.b().name(), "rank " + rank, "at most " + MOST_RANK);
        }
        boolean embedding = name.equals(EMBEDDING);
        requireShape(path, pair.b(), new Shape(embedding ? weight.cols() : weight.rows(), rank));
        requireShape(
                path, pair.a(), embedding ? new Shape(weight.rows(), rank) : new Shape(rank * experts, weight.cols()));
        if (!Double.isFinite(pair.scale())) {
            throw new CheckpointException(path, pair.a().name(), "a scale of " + pair.scale(), "a finite one");
        }
    }

    private static void requireShape(Path path, CheckpointTensor tensor, Shape expected) {
        if (!tensor.shape().equals(expected)) {
            throw new CheckpointException(
                    path,
                    tensor.name(),
                    "shape " + tensor.shape(),
                    "shape " + expected + " for this model and the rank of the pair");
        }
    }

    /** The file or folder that it was opened from. */
    public Path path() {
        return path;
    }

    /** What is added to each weight that is adapted, by the canonical name of the weight, in file order. */
    public SequencedMap<String, LowRank> pairs() {
        return pairs;
    }

    /** The same adapter with so many times the effect; either of them closes both. */
    StoredAdapter times(double factor) {
        SequencedMap<String, LowRank> scaled = new LinkedHashMap<>();
        pairs.forEach((name, pair) -> scaled.put(name, pair.times(factor)));
        return new StoredAdapter(path, scaled, closing);
    }

    /** Unmaps the file. Idempotent. */
    @Override
    public void close() {
        closing.run();
    }
}
