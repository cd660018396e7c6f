// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.mapped.UnfinishedFile;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes dense Llamas, and adapters of them, as transformers and PEFT have them: the inverse of {@link HuggingFaceReader} and {@link PeftAdapterReader}. */
public final class HuggingFaceWriter {
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final ObjectWriter INDENTED = MAPPER.writerWithDefaultPrettyPrinter();
    private static final String PREFIX = "model.";
    private static final String WEIGHT = ".weight";

    private final Path folder;
    private final LlamaConfig config;
    private final TensorNames names;

    /**
     * @param folder that files are written to, and replaced in
     * @throws CheckpointException if the model isn't a dense Llama with full attention
     */
    public HuggingFaceWriter(Path folder, LlamaConfig config) {
        this.folder = folder;
        this.config = config;
        if (config.moe() != null
                || config.crossAttentionLayers() > 0
                || !config.attention().equals(AttentionPattern.FULL)) {
            throw new CheckpointException(
                    folder, "model", "experts, cross-attention or chunked attention", "a dense Llama");
        }
        names = new TensorNames(ModelType.LLAMA, PREFIX, StoredTensors.head(PREFIX), config.layers(), Set.of());
    }

    /**
     * {@code config.json}, {@code generation_config.json}, {@code model.safetensors}.
     *
     * @param type of all weights: F32, F16 or BF16
     */
    public void writeModel(Checkpoint checkpoint, DType type, TokenizerDefinition tokenizer) {
        SafetensorsWriter writer = new SafetensorsWriter(type);
        for (CheckpointTensor tensor : checkpoint.tensors().values()) {
            writer.add(
                    names.of(tensor.name()),
                    tensor.shape(),
                    tensor.name().endsWith("norm.weight"),
                    rows(tensor.name(), tensor));
        }
        writeJson("config.json", configuration(type, tokenizer.special()));
        writeJson("generation_config.json", generation(tokenizer));
        writer.write(folder.resolve("model.safetensors"), true);
    }

    /**
     * {@code adapter_config.json} and {@code adapter_model.safetensors}.
     *
     * @param alpha what is added is multiplied by {@code alpha / rank}
     * @param pairs of matrices of layers by canonical names of the weights, all of one rank
     */
    public void writeAdapter(double alpha, Map<String, LowRank> pairs) {
        SafetensorsWriter writer = new SafetensorsWriter(DType.F32);
        Set<String> modules = new TreeSet<>();
        int rank = 0;
        for (Map.Entry<String, LowRank> each : pairs.entrySet()) {
            String name = names.of(each.getKey());
            String module = name.substring(0, name.length() - WEIGHT.length());
            LowRank pair = each.getValue();
            rank = pair.rank();
            modules.add(module.substring(module.lastIndexOf('.') + 1));
            String start = "base_model.model." + module;
            writer.add(start + ".lora_A.weight", pair.a().shape(), false, pair.a()::decodeRow);
            writer.add(start + ".lora_B.weight", pair.b().shape(), false, rows(each.getKey(), pair.b()));
        }
        ObjectNode node = MAPPER.createObjectNode();
        node.put("peft_type", "LORA")
                .put("task_type", "CAUSAL_LM")
                .put("r", rank)
                .put("lora_alpha", alpha);
        node.put("bias", "none").put("lora_dropout", 0.0).put("inference_mode", true);
        var targets = node.putArray("target_modules");
        modules.forEach(targets::add);
        writeJson("adapter_config.json", node);
        writer.write(folder.resolve("adapter_model.safetensors"), true);
    }

    /** Hugging Face has the first numbers of all rotated pairs of a head before all the second ones. */
    private SafetensorsWriter.Rows rows(String canonical, CheckpointTensor tensor) {
        if (!canonical.endsWith("attn_q.weight") && !canonical.endsWith("attn_k.weight")) {
            return tensor::decodeRow;
        }
        int headDim = config.headDim();
        return (row, values) -> {
            long inHead = row % headDim;
            tensor.decodeRow(row - inHead + inHead % (headDim / 2) * 2 + inHead / (headDim / 2), values);
        };
    }

    private ObjectNode configuration(DType type, SpecialIds special) {
        ObjectNode node = MAPPER.createObjectNode();
        node.putArray("architectures").add("LlamaForCausalLM");
        node.put("model_type", "llama");
        node.put("vocab_size", config.vocabSize());
        node.put("hidden_size", config.dim());
        node.put("intermediate_size", config.ffnDim());
        node.put("num_hidden_layers", config.layers());
        node.put("num_attention_heads", config.heads());
        node.put("num_key_value_heads", config.kvHeads());
        node.put("head_dim", config.headDim());
        node.put("hidden_act", "silu");
        node.put("max_position_embeddings", config.contextLength());
        node.put("rms_norm_eps", config.normEps());
        node.put("rope_theta", config.rope().theta());
        node.set("rope_scaling", scaling(config.rope().scaling()));
        node.put("tie_word_embeddings", config.tiedEmbeddings());
        node.put("attention_bias", false);
        node.put("mlp_bias", false);
        node.put(
                "torch_dtype",
                switch (type) {
                    case F16 -> "float16";
                    case BF16 -> "bfloat16";
                    default -> "float32";
                });
        putIds(node, special);
        return node;
    }

    private @Nullable ObjectNode scaling(RopeScaling scaling) {
        ObjectNode node = MAPPER.createObjectNode();
        return switch (scaling) {
            case RopeScaling.None() -> null;
            case RopeScaling.Linear(double factor) ->
                node.put("rope_type", "linear").put("factor", factor);
            case RopeScaling.Llama3 llama3 ->
                node.put("rope_type", "llama3")
                        .put("factor", llama3.factor())
                        .put("low_freq_factor", llama3.lowFrequencyFactor())
                        .put("high_freq_factor", llama3.highFrequencyFactor())
                        .put("original_max_position_embeddings", llama3.originalContext());
            default ->
                throw new CheckpointException(
                        folder, "rope_scaling", scaling, "none, linear or llama3, for config.json");
        };
    }

    /** All tokens that end an answer: a conversation's are others than a text's. */
    private static ObjectNode generation(TokenizerDefinition tokenizer) {
        ObjectNode node = MAPPER.createObjectNode();
        putIds(node, tokenizer.special());
        Set<Integer> ends = SpecialTokens.of(tokenizer).endOfGeneration();
        if (ends.size() > 1) {
            ArrayNode ids = node.putArray("eos_token_id");
            ends.stream().sorted().forEach(ids::add);
        }
        return node;
    }

    private static void putIds(ObjectNode node, SpecialIds special) {
        if (special.bos() >= 0) {
            node.put("bos_token_id", special.bos());
        }
        if (special.eos() >= 0) {
            node.put("eos_token_id", special.eos());
        }
    }

    private void writeJson(String name, ObjectNode node) {
        Path file = folder.resolve(name);
        try {
            UnfinishedFile.replace(file, (INDENTED.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CheckpointException(file, e);
        }
    }
}
