// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.WeightSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The weights of a llama2.c file, without padding, each kind for all layers before the next ({@code legacy_export},
 * {@code version1_export} and {@code version2_export} of export.py).
 */
final class Llama2cWeights {
    private static final List<String> KINDS = List.of(
            "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_down", "ffn_up");

    private final MappedFiles files;
    private final MappedFile file;
    private final Llama2cHeader header;
    private final LlamaConfig config;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    private long position;

    private Llama2cWeights(MappedFiles files, MappedFile file, Llama2cHeader header) {
        this.files = files;
        this.file = file;
        this.header = header;
        this.config = header.config();
        this.position = header.bytes();
    }

    static SequencedMap<String, CheckpointTensor> slice(MappedFiles files, MappedFile file, Llama2cHeader header) {
        Llama2cWeights weights = new Llama2cWeights(files, file, header);
        weights.checkLength();
        WeightLayout.forEach(weights.config, weights.shapes::put);
        if (header.version() == 0) {
            weights.sliceAsTheModelRuns();
        } else {
            weights.sliceNormsFirst();
        }
        return weights.tensors;
    }

    /** Nothing else in the file tells a cut or foreign one. */
    private void checkLength() {
        long[] bytes = {header.bytes() + ropeTables()};
        WeightLayout.forEach(config, (name, shape) -> bytes[0] += bytes(name, shape));
        if (file.data().byteSize() != bytes[0]) {
            throw new CheckpointException(
                    file.path(), "file length", file.data().byteSize(), bytes[0] + ", the sum of the weights");
        }
    }

    private void sliceAsTheModelRuns() {
        slice("token_embd.weight");
        KINDS.forEach(this::sliceLayers);
        slice("output_norm.weight");
        position += ropeTables();
        sliceClassifier();
    }

    private void sliceNormsFirst() {
        KINDS.stream().filter(Llama2cWeights::isNorm).forEach(this::sliceLayers);
        slice("output_norm.weight");
        slice("token_embd.weight");
        KINDS.stream().filter(kind -> !isNorm(kind)).forEach(this::sliceLayers);
        sliceClassifier();
    }

    private static boolean isNorm(String kind) {
        return kind.endsWith("_norm");
    }

    private void sliceLayers(String kind) {
        for (int layer = 0; layer < config.layers(); layer++) {
            slice("blk." + layer + "." + kind + ".weight");
        }
    }

    private void sliceClassifier() {
        if (!config.tiedEmbeddings()) {
            slice("output.weight");
        }
    }

    private void slice(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalStateException(name);
        }
        tensors.put(name, new CheckpointTensor(name, DType.F32, shape, source(name, shape)));
        position += bytes(name, shape);
    }

    private WeightSource source(String name, Shape shape) {
        if (!isGrouped(name)) {
            return file.source(position, bytes(name, shape));
        }
        GroupedBytes groups =
                new GroupedBytes(file.data().asSlice(position, bytes(name, shape)), shape, header.groupSize());
        return files.computed(shape.rows(), DType.F32.bytes(shape.cols()), groups::read);
    }

    /** Norms stay F32 in version 2, too. */
    private boolean isGrouped(String name) {
        return header.version() == 2 && !name.endsWith("_norm.weight");
    }

    private long bytes(String name, Shape shape) {
        return isGrouped(name)
                ? shape.elements() + DType.F32.bytes(shape.elements() / header.groupSize())
                : DType.F32.bytes(shape.elements());
    }

    /** Bytes of freq_cos and freq_sin in version 0, which follow from theta and are not read. */
    private long ropeTables() {
        return header.version() == 0 ? 2 * DType.F32.bytes((long) config.contextLength() * (config.headDim() / 2)) : 0;
    }
}
