// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The matrices of a PEFT adapter under canonical names and in canonical layout: the outputs of queries and keys in pairs as those of the
 * model, the table of an embedding with a row for each token.
 */
final class PeftWeights {
    private static final String ROOT = "base_model.model.";
    private static final String WEIGHT = ".weight";

    private final MappedFiles files;
    private final LlamaConfig base;
    private final PeftConfig config;
    private final Map<String, SafetensorsTensor> stored;
    private final ModelType type;
    private final Set<String> used = new HashSet<>();

    PeftWeights(MappedFiles files, LlamaConfig base, PeftConfig config, Map<String, SafetensorsTensor> stored) {
        this.files = files;
        this.base = base;
        this.config = config;
        this.stored = stored;
        type = base.attention().equals(AttentionPattern.FULL) ? ModelType.LLAMA : ModelType.LLAMA_4;
    }

    SequencedMap<String, LowRank> pairs() {
        String prefix = prefix();
        TensorNames names = new TensorNames(type, prefix, StoredTensors.head(prefix), base.layers(), Set.of());
        SequencedMap<String, LowRank> pairs = new LinkedHashMap<>();
        StoredAdapter.weights(base).forEach((canonical, shape) -> {
            String name = names.of(canonical);
            // Experts are parameters of their module, not linear layers.
            if (name.endsWith(WEIGHT)) {
                String module = name.substring(0, name.length() - WEIGHT.length());
                LowRank pair = canonical.equals(StoredAdapter.EMBEDDING)
                        ? embedding(module, shape)
                        : linear(canonical, module, shape);
                if (pair != null) {
                    pairs.put(canonical, pair);
                }
            }
        });
        refuseOthers();
        return pairs;
    }

    /** Where the decoder begins in the model that was trained: alone, or beside an encoder. */
    private String prefix() {
        return StoredTensors.PREFIXES.stream()
                .filter(start -> stored.keySet().stream()
                        .anyMatch(name -> name.startsWith(ROOT + start + "layers.")
                                || name.startsWith(ROOT + start + "embed_tokens.")))
                .findFirst()
                .orElse(StoredTensors.PREFIXES.getFirst());
    }

    private @Nullable LowRank linear(String canonical, String module, Shape shape) {
        Pair pair = pair(module + ".lora_A.weight", module + ".lora_B.weight");
        if (pair == null) {
            return null;
        }
        int rank = pair.rank();
        CheckpointTensor inputs = tensor(shaped(pair.a, rank, shape.cols()));
        CheckpointTensor outputs = tensor(shaped(pair.b, shape.rows(), rank));
        boolean rotated = canonical.endsWith("attn_q.weight") || canonical.endsWith("attn_k.weight");
        if (type.rotatesHalves() && rotated) {
            outputs = inPairs(outputs);
        }
        return new LowRank(inputs, outputs, config.scale(module, rank));
    }

    private @Nullable LowRank embedding(String module, Shape shape) {
        Pair pair = pair(module + ".lora_embedding_A", module + ".lora_embedding_B");
        if (pair == null) {
            return null;
        }
        int rank = pair.rank();
        CheckpointTensor table = transposed(shaped(pair.a, rank, shape.rows()));
        return new LowRank(table, tensor(shaped(pair.b, shape.cols(), rank)), config.scale(module, rank));
    }

    private record Pair(SafetensorsTensor a, SafetensorsTensor b) {
        /** The first dimension of the first matrix. */
        int rank() {
            if (a.shape().size() != 2 || a.elements() == 0 || a.shape().getFirst() > StoredAdapter.MOST_RANK) {
                throw a.refuseShape("of two dimensions, without 0, and of a rank up to " + StoredAdapter.MOST_RANK);
            }
            return a.shape().getFirst().intValue();
        }
    }

    private @Nullable Pair pair(String nameOfA, String nameOfB) {
        SafetensorsTensor a = stored.get(ROOT + nameOfA);
        SafetensorsTensor b = stored.get(ROOT + nameOfB);
        if (a != null && b != null) {
            return new Pair(a, b);
        }
        SafetensorsTensor alone = a == null ? b : a;
        if (alone != null) {
            throw new CheckpointException(alone.file().path(), alone.name(), "it alone", "both matrices of a pair");
        }
        return null;
    }

    private SafetensorsTensor shaped(SafetensorsTensor tensor, long rows, long cols) {
        StoredTensors.requireShape(tensor, rows, cols);
        used.add(tensor.name());
        return tensor;
    }

    private static CheckpointTensor tensor(SafetensorsTensor tensor) {
        Shape shape = new Shape(tensor.shape().getFirst(), tensor.shape().getLast());
        return new CheckpointTensor(
                tensor.name(),
                StoredTensors.plain(tensor),
                shape,
                tensor.file().source(tensor.begin(), tensor.bytes()));
    }

    private CheckpointTensor inPairs(CheckpointTensor halves) {
        Shape shape = halves.shape();
        long rowBytes = halves.type().bytes(shape.cols());
        return new CheckpointTensor(
                halves.name(),
                halves.type(),
                shape,
                files.computed(
                        shape.rows(),
                        rowBytes,
                        HuggingFaceWeights.inPairs(
                                (row, target) -> target.copyFrom(halves.data().asSlice(row * rowBytes, rowBytes)),
                                base.headDim())));
    }

    private CheckpointTensor transposed(SafetensorsTensor tensor) {
        DType dtype = StoredTensors.plain(tensor);
        Shape shape = new Shape(tensor.shape().getLast(), tensor.shape().getFirst());
        Elements elements = Elements.asStored(dtype);
        return new CheckpointTensor(
                tensor.name(),
                dtype,
                shape,
                files.transposed(
                        1,
                        shape,
                        dtype.blockBytes(),
                        (expert, input, output, target, to) -> elements.copy()
                                .copy(tensor.data(), input * shape.rows() + output, target, to, output)));
    }

    /** A tensor that would be left out without a reason makes it another adapter. */
    private void refuseOthers() {
        for (SafetensorsTensor tensor : stored.values()) {
            String name = tensor.name();
            boolean forImages = type.mayHaveVision()
                    && (name.startsWith(ROOT) && TensorNames.isForImages(name.substring(ROOT.length())));
            if (!used.contains(name) && !forImages && !isCopyOfTheModel(tensor)) {
                throw tensor.refuse("pairs lora_A and lora_B of the matrices of this model");
            }
        }
    }

    /** PEFT stores the frozen table, and the head, beside their pairs, in case that the vocabulary has grown. */
    private boolean isCopyOfTheModel(SafetensorsTensor tensor) {
        String name = tensor.name();
        if (!name.endsWith("embed_tokens.base_layer.weight") && !name.endsWith("lm_head.base_layer.weight")) {
            return false;
        }
        StoredTensors.requireShape(tensor, (long) base.vocabSize(), (long) base.dim());
        return true;
    }
}
