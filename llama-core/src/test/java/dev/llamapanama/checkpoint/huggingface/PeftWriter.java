// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Writes a {@link TestAdapter} as PEFT does, valid unless told otherwise. What is put into {@link #config} and {@link #tensors} before it is
 * written changes the files.
 */
public final class PeftWriter {
    /** Fields of adapter_config.json as JSON. */
    final SequencedMap<String, String> config = new LinkedHashMap<>();
    /** Tensors by their names. */
    final SequencedMap<String, TestSafetensorsWriter.Tensor> tensors = new LinkedHashMap<>();

    private final LlamaConfig shape;

    public PeftWriter(TestModel model, TestAdapter adapter, DType type) {
        shape = model.config();
        int rank = adapter.pairs().values().iterator().next().rank();
        config.put("peft_type", "\"LORA\"");
        config.put("task_type", "\"CAUSAL_LM\"");
        config.put("r", "" + rank);
        config.put("lora_alpha", "" + adapter.alpha());
        config.put("bias", "\"none\"");
        config.put("modules_to_save", "null");
        config.put("rank_pattern", "{}");
        config.put("alpha_pattern", "{}");
        config.put("use_dora", "false");
        adapter.pairs().forEach((name, pair) -> add(name, pair, type));
    }

    private void add(String canonical, TestAdapter.Pair pair, DType type) {
        String name = "base_model.model." + module(canonical);
        boolean embedding = canonical.equals(StoredAdapter.EMBEDDING);
        boolean rotated = canonical.contains(".attn_q.") || canonical.contains(".attn_k.");
        float[] b = rotated && isDense() ? TestFolderWriter.inHalves(pair.b(), pair.rank(), shape.headDim()) : pair.b();
        tensors.put(
                name + (embedding ? ".lora_embedding_A" : ".lora_A.weight"),
                TestSafetensorsWriter.floats(type, pair.a(), pair.rank(), pair.inputs()));
        tensors.put(
                name + (embedding ? ".lora_embedding_B" : ".lora_B.weight"),
                TestSafetensorsWriter.floats(type, b, pair.outputs(), pair.rank()));
    }

    private boolean isDense() {
        return shape.attention().equals(AttentionPattern.FULL);
    }

    String module(String canonical) {
        String prefix = isDense() ? "model." : "language_model.model.";
        String feedForward = isDense() ? "mlp" : "feed_forward";
        String name = canonical.replace(".weight", "");
        return switch (name) {
            case "token_embd" -> prefix + "embed_tokens";
            case "output" -> isDense() ? "lm_head" : "language_model.lm_head";
            default ->
                prefix
                        + name.replace("blk.", "layers.")
                                .replace("attn_output", "self_attn.o_proj")
                                .replaceAll("attn_([qkv])$", "self_attn.$1_proj")
                                .replace("ffn_gate_inp", feedForward + ".router")
                                .replaceAll("ffn_(gate|up|down)_shexp", feedForward + ".shared_expert.$1_proj")
                                .replaceAll("ffn_(gate|up|down)", feedForward + ".$1_proj");
        };
    }

    /** Writes both files into the folder. */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.write(
                    folder.resolve("adapter_config.json"), TestSafetensorsWriter.utf8(TestFolderWriter.json(config)));
            Files.write(folder.resolve("adapter_model.safetensors"), TestSafetensorsWriter.bytes(tensors));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
