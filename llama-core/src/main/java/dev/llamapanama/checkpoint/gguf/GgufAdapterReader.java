// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.AdapterReader;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads LoRA adapters of llama.cpp (convert_lora_to_gguf.py, src/llama-adapter.cpp): pairs {@code X.lora_a} and {@code X.lora_b} of weights X,
 * and one alpha, whose scale is alpha / rank.
 */
public final class GgufAdapterReader implements AdapterReader {
    private static final String TYPE = "general.type";
    private static final String ARCHITECTURE = "general.architecture";
    private static final String METHOD = "adapter.type";
    private static final String ALPHA = "adapter.lora.alpha";
    private static final String INVOCATION = "adapter.alora.invocation_tokens";
    private static final String A = ".lora_a";
    private static final String B = ".lora_b";

    @Override
    public String format() {
        return "a GGUF adapter";
    }

    @Override
    public boolean recognises(Path path, byte[] start) {
        return GgufHeader.begins(start);
    }

    @Override
    public StoredAdapter read(Path path, LlamaConfig base) {
        return MappedFile.open(path, file -> describe(file, base));
    }

    private static StoredAdapter describe(MappedFile file, LlamaConfig base) {
        GgufHeader header = GgufHeader.read(file);
        GgufMetadata metadata = header.metadata();
        require(metadata, TYPE, "adapter");
        require(metadata, METHOD, "lora");
        require(metadata, ARCHITECTURE, base.attention().equals(AttentionPattern.FULL) ? "llama" : "llama4");
        if (metadata.has(INVOCATION)) {
            throw metadata.refuse(INVOCATION, "no such key: an adapter that is on from the first token");
        }
        return StoredAdapter.of(file.path(), base, pairs(file.path(), header), file::close);
    }

    private static void require(GgufMetadata metadata, String key, String expected) {
        if (!metadata.string(key).equals(expected)) {
            throw metadata.refuse(key, expected);
        }
    }

    private static SequencedMap<String, LowRank> pairs(Path path, GgufHeader header) {
        GgufMetadata metadata = header.metadata();
        double alpha = metadata.has(ALPHA) ? metadata.real(ALPHA) : 0;
        SequencedMap<String, LowRank> pairs = new LinkedHashMap<>();
        for (String name : header.tensors().keySet()) {
            if (!name.endsWith(A) && !name.endsWith(B)) {
                throw new CheckpointException(path, name, "a tensor with this name", "pairs *" + A + " and *" + B);
            }
            String weight = name.substring(0, name.length() - A.length());
            CheckpointTensor a = tensor(path, header.tensors(), weight + A);
            CheckpointTensor b = tensor(path, header.tensors(), weight + B);
            // As llama.cpp has it: no alpha, no scale.
            double scale = alpha == 0 ? 1 : alpha / b.shape().cols();
            pairs.putIfAbsent(weight, new LowRank(a, b, scale));
        }
        return pairs;
    }

    private static CheckpointTensor tensor(Path path, Map<String, CheckpointTensor> tensors, String name) {
        CheckpointTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(path, name, "no such tensor", "the other one of the pair");
        }
        return tensor;
    }
}
