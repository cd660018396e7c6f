// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The weights of a llama2.c file of version 0: F32 without padding, each kind for all layers before the next
 * ({@code legacy_export} of export.py).
 */
final class Llama2cWeights {
    private static final List<String> KINDS = List.of(
            "attn_norm", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_norm", "ffn_gate", "ffn_down", "ffn_up");

    private final MappedFile file;
    private final Map<String, Shape> shapes = new HashMap<>();
    private final SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
    private long position = Llama2cHeader.BYTES;

    private Llama2cWeights(MappedFile file) {
        this.file = file;
    }

    static SequencedMap<String, CheckpointTensor> slice(MappedFile file, LlamaConfig config) {
        Llama2cWeights weights = new Llama2cWeights(file);
        weights.checkLength(config);
        WeightLayout.forEach(config, weights.shapes::put);
        weights.sliceAll(config);
        return weights.tensors;
    }

    /** Nothing else in the file tells a cut or foreign one. */
    private void checkLength(LlamaConfig config) {
        long[] bytes = {Llama2cHeader.BYTES + ropeTables(config)};
        WeightLayout.forEach(config, (name, shape) -> bytes[0] += DType.F32.bytes(shape.elements()));
        if (file.data().byteSize() != bytes[0]) {
            throw new CheckpointException(
                    file.path(), "file length", file.data().byteSize(), bytes[0] + ", the sum of the weights");
        }
    }

    private void sliceAll(LlamaConfig config) {
        slice("token_embd.weight");
        for (String kind : KINDS) {
            for (int layer = 0; layer < config.layers(); layer++) {
                slice("blk." + layer + "." + kind + ".weight");
            }
        }
        slice("output_norm.weight");
        position += ropeTables(config);
        if (!config.tiedEmbeddings()) {
            slice("output.weight");
        }
    }

    private void slice(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new IllegalStateException(name);
        }
        long bytes = DType.F32.bytes(shape.elements());
        tensors.put(name, new CheckpointTensor(name, DType.F32, shape, file.source(position, bytes)));
        position += bytes;
    }

    /** Bytes of freq_cos and freq_sin, which follow from theta and are not read. */
    private static long ropeTables(LlamaConfig config) {
        return 2 * DType.F32.bytes((long) config.contextLength() * (config.headDim() / 2));
    }
}
