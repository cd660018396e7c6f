// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.ComputedRows;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The weights of a decoder in canonical order and layout: as they lie in the files where that is the same, else with their rows put into order,
 * transposed or decoded when they are wanted.
 */
final class HuggingFaceWeights {
    private final MappedFiles files;
    private final LlamaConfig config;
    private final ModelType type;
    private final StoredTensors stored;
    private final TensorNames names;
    private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    private final SequencedMap<String, CheckpointTensor> forImages = new LinkedHashMap<>();

    private HuggingFaceWeights(
            MappedFiles files, LlamaConfig config, ModelType type, StoredTensors stored, TensorNames names) {
        this.files = files;
        this.config = config;
        this.type = type;
        this.stored = stored;
        this.names = names;
    }

    /**
     * @param crossLayers layers that are left out, as the files count them
     */
    static HuggingFaceWeights of(
            MappedFiles files, LlamaConfig config, ModelType type, Set<Integer> crossLayers, StoredTensors stored) {
        TensorNames names = new TensorNames(type, stored.prefix(), stored.head(), config.layers(), crossLayers);
        HuggingFaceWeights weights = new HuggingFaceWeights(files, config, type, stored, names);
        WeightLayout.forEach(config, weights::add);
        names.forImages(stored, config.tiedEmbeddings()).forEach(weights::addForImages);
        return weights;
    }

    SequencedMap<String, CheckpointTensor> tensors() {
        return tensors;
    }

    /** What a decoder of text doesn't read, by the names that the files give them. */
    SequencedMap<String, CheckpointTensor> forImages() {
        return forImages;
    }

    private void addForImages(SafetensorsTensor tensor) {
        long elements = tensor.elements();
        long rows = tensor.shape().size() < 2 ? 1 : tensor.shape().getFirst();
        if (elements == 0) {
            throw tensor.refuseShape("without 0");
        }
        Shape shape = new Shape(rows, elements / rows);
        WeightSource source = tensor.file().source(tensor.begin(), tensor.bytes());
        forImages.put(tensor.name(), new CheckpointTensor(tensor.name(), StoredTensors.plain(tensor), shape, source));
    }

    private void add(String canonical, Shape shape) {
        String name = names.of(canonical);
        CheckpointTensor tensor;
        if (canonical.endsWith("norm.weight")) {
            tensor = vector(canonical, stored.get(name, shape.cols()));
        } else if (canonical.endsWith("_exps.weight")) {
            tensor = experts(canonical, name, shape);
        } else if (canonical.equals("token_embd.weight")) {
            tensor = embedding(canonical, name, shape);
        } else {
            tensor = matrix(canonical, stored.get(name, shape.rows(), shape.cols()), shape);
        }
        tensors.put(canonical, tensor);
    }

    private static CheckpointTensor vector(String canonical, SafetensorsTensor tensor) {
        Shape shape = Shape.vector(tensor.shape().getFirst());
        return new CheckpointTensor(
                canonical, StoredTensors.plain(tensor), shape, tensor.file().source(tensor.begin(), tensor.bytes()));
    }

    /** Without what lies behind the vocabulary. */
    private CheckpointTensor embedding(String canonical, String name, Shape shape) {
        SafetensorsTensor tensor = stored.get(name, shape.rows() + type.extraEmbeddings(), shape.cols());
        DType dtype = StoredTensors.plain(tensor);
        WeightSource source = tensor.file().source(tensor.begin(), dtype.bytes(shape.elements()));
        return new CheckpointTensor(canonical, dtype, shape, source);
    }

    private CheckpointTensor matrix(String canonical, SafetensorsTensor tensor, Shape shape) {
        Elements elements = stored.elements(tensor, shape.rows());
        boolean rotated = canonical.endsWith("attn_q.weight") || canonical.endsWith("attn_k.weight");
        ComputedRows.Reader rows = rows(tensor, elements, shape.cols());
        if (type.rotatesHalves() && rotated) {
            return computed(canonical, elements, shape, inPairs(rows, config.headDim()));
        }
        if (tensor.type().dtype() != null) {
            WeightSource source = tensor.file().source(tensor.begin(), tensor.bytes());
            return new CheckpointTensor(canonical, elements.type(), shape, source);
        }
        return computed(canonical, elements, shape, rows);
    }

    private CheckpointTensor experts(String canonical, String name, Shape shape) {
        MoeConfig moe = config.moe();
        if (moe == null) {
            throw new IllegalStateException(canonical);
        }
        long wanted = shape.rows() / moe.experts();
        boolean down = canonical.endsWith("down_exps.weight");
        long outputs = down ? wanted : 2 * wanted;
        SafetensorsTensor tensor = stored.get(name, (long) moe.experts(), shape.cols(), outputs);
        Elements elements = stored.elements(tensor, moe.experts() * outputs);
        long first = canonical.endsWith("up_exps.weight") ? wanted : 0;
        MemorySegment data = tensor.data();
        WeightSource source = files.transposed(
                moe.experts(), shape, elements.type().blockBytes(), (expert, input, output, target, to) -> {
                    long from = (expert * shape.cols() + input) * outputs + first + output;
                    elements.copy().copy(data, from, target, to, expert * outputs + first + output);
                });
        return new CheckpointTensor(canonical, elements.type(), shape, source);
    }

    private CheckpointTensor computed(String canonical, Elements elements, Shape shape, ComputedRows.Reader rows) {
        long rowBytes = elements.type().bytes(shape.cols());
        return new CheckpointTensor(canonical, elements.type(), shape, files.computed(shape.rows(), rowBytes, rows));
    }

    private static ComputedRows.Reader rows(SafetensorsTensor tensor, Elements elements, long cols) {
        MemorySegment data = tensor.data();
        if (tensor.type().dtype() != null) {
            return (row, target) -> target.copyFrom(data.asSlice(row * target.byteSize(), target.byteSize()));
        }
        return (row, target) -> {
            for (long col = 0; col < cols; col++) {
                elements.copy().copy(data, row * cols + col, target, col, row);
            }
        };
    }

    /**
     * Hugging Face has the first numbers of all rotated pairs of a head before all the second ones; Meta's code and GGUF have them in turn
     * ({@code permute} of transformers' convert_llama_weights_to_hf.py, undone).
     */
    static ComputedRows.Reader inPairs(ComputedRows.Reader halves, int headDim) {
        return (row, target) -> {
            long inHead = row % headDim;
            halves.read(row - inHead + inHead % 2 * (headDim / 2) + inHead / 2, target);
        };
    }
}
