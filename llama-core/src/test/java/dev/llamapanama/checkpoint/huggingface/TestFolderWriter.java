// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * Writes a {@link TestModel} as a Hugging Face folder, valid unless told otherwise. What is put into {@link #config}, {@link #tensors} and
 * {@link #generation} before it is written changes the files.
 */
final class TestFolderWriter {
    /** Fields of config.json as JSON. */
    final SequencedMap<String, String> config = new LinkedHashMap<>();
    /** Fields of generation_config.json as JSON; no such file while it is empty. */
    final SequencedMap<String, String> generation = new LinkedHashMap<>();
    /** Tensors by their Hugging Face names. */
    final SequencedMap<String, TestSafetensorsWriter.Tensor> tensors = new LinkedHashMap<>();

    private final LlamaConfig shape;
    private final DType type;

    private TestFolderWriter(TestModel model, DType type) {
        this.shape = model.config();
        this.type = type;
    }

    static TestFolderWriter llama(TestModel model, DType type) {
        TestFolderWriter writer = new TestFolderWriter(model, type);
        writer.sizes("llama");
        model.weights().forEach((name, values) -> writer.dense("model.", "lm_head.weight", "mlp", name, values));
        return writer;
    }

    static TestFolderWriter llama4(TestModel model, DType type) {
        TestFolderWriter writer = new TestFolderWriter(model, type);
        writer.sizes("llama4_text");
        writer.llama4Fields();
        model.weights().forEach((name, values) -> {
            if (!name.endsWith("_exps.weight")) {
                writer.dense("language_model.model.", "language_model.lm_head.weight", "feed_forward", name, values);
            }
        });
        MoeConfig moe = model.config().moe();
        for (int layer = 0; moe != null && layer < model.config().layers(); layer++) {
            if (moe.inLayer(layer)) {
                writer.experts(moe, layer, model.weights());
            }
        }
        writer.tensors.put(
                "vision_model.patch_embedding.linear.weight", TestSafetensorsWriter.floats(type, new float[6], 2, 3));
        writer.tensors.put(
                "multi_modal_projector.linear_1.weight", TestSafetensorsWriter.floats(type, new float[4], 4));
        writer.nest("llama4");
        return writer;
    }

    /** A self-attention layer before and behind each block of cross-attention. */
    static TestFolderWriter mllama(TestModel model, DType type, int... crossLayers) {
        TestFolderWriter writer = new TestFolderWriter(model, type);
        writer.sizes("mllama_text_model");
        List<Integer> cross = Arrays.stream(crossLayers).boxed().toList();
        writer.config.put("cross_attention_layers", cross.toString());
        writer.config.put("num_hidden_layers", String.valueOf(model.config().layers() + cross.size()));
        String prefix = "language_model.model.";
        model.weights().forEach((name, values) -> {
            String spread = name;
            if (name.startsWith("blk.")) {
                int end = name.indexOf('.', 4);
                int layer = Integer.parseInt(name.substring(4, end));
                for (int block : crossLayers) {
                    layer += block <= layer ? 1 : 0;
                }
                spread = "blk." + layer + name.substring(end);
            }
            writer.dense(prefix, "language_model.lm_head.weight", "mlp", spread, values);
        });
        TestSafetensorsWriter.Tensor embedding =
                Objects.requireNonNull(writer.tensors.get(prefix + "embed_tokens.weight"));
        int dim = model.config().dim();
        byte[] more = Arrays.copyOf(embedding.data(), embedding.data().length + (int) type.bytes(8L * dim));
        writer.tensors.put(
                prefix + "embed_tokens.weight",
                new TestSafetensorsWriter.Tensor(
                        type.name(), List.of(model.config().vocabSize() + 8L, (long) dim), more));
        for (int block : crossLayers) {
            for (String part : List.of("cross_attn.q_proj.weight", "cross_attn_attn_gate", "mlp.up_proj.weight")) {
                writer.tensors.put(
                        prefix + "layers." + block + "." + part, TestSafetensorsWriter.floats(type, new float[2], 2));
            }
        }
        writer.tensors.put("vision_model.class_embedding", TestSafetensorsWriter.floats(type, new float[2], 2));
        writer.nest("mllama");
        return writer;
    }

    /** Writes one file of weights. */
    Path write(Path folder) {
        writeJson(folder);
        write(folder.resolve("model.safetensors"), TestSafetensorsWriter.bytes(tensors));
        return folder;
    }

    /** Writes every second tensor into one of two files. */
    Path writeSharded(Path folder) {
        writeJson(folder);
        SequencedMap<String, String> index = new LinkedHashMap<>();
        for (int shard = 0; shard < 2; shard++) {
            SequencedMap<String, TestSafetensorsWriter.Tensor> part = new LinkedHashMap<>();
            String file = "model-0000" + (shard + 1) + "-of-00002.safetensors";
            int number = 0;
            for (Map.Entry<String, TestSafetensorsWriter.Tensor> tensor : tensors.entrySet()) {
                if (number++ % 2 == shard) {
                    part.put(tensor.getKey(), tensor.getValue());
                    index.put(tensor.getKey(), '"' + file + '"');
                }
            }
            write(folder.resolve(file), TestSafetensorsWriter.bytes(part));
        }
        String map = "{\"metadata\":{\"total_size\":1},\"weight_map\":" + json(index) + "}";
        write(folder.resolve("model.safetensors.index.json"), TestSafetensorsWriter.utf8(map));
        return folder;
    }

    void writeJson(Path folder) {
        write(folder.resolve("config.json"), TestSafetensorsWriter.utf8(json(config)));
        if (!generation.isEmpty()) {
            write(folder.resolve("generation_config.json"), TestSafetensorsWriter.utf8(json(generation)));
        }
    }

    /** Puts all fields into text_config of another configuration. */
    private void nest(String modelType) {
        String text = json(config);
        config.clear();
        config.put("model_type", '"' + modelType + '"');
        config.put("text_config", text);
    }

    /** Replaces a field, in text_config too. */
    void replace(String old, String replacement) {
        config.replaceAll((name, value) -> value.replace(old, replacement));
    }

    private void sizes(String modelType) {
        config.put("model_type", '"' + modelType + '"');
        config.put("hidden_size", "" + shape.dim());
        config.put("intermediate_size", "" + shape.ffnDim());
        config.put("num_hidden_layers", "" + shape.layers());
        config.put("num_attention_heads", "" + shape.heads());
        config.put("num_key_value_heads", "" + shape.kvHeads());
        config.put("head_dim", "" + shape.headDim());
        config.put("vocab_size", "" + shape.vocabSize());
        config.put("max_position_embeddings", "" + shape.contextLength());
        config.put("rms_norm_eps", "" + shape.normEps());
        config.put("rope_theta", "" + shape.rope().theta());
        if (shape.rope().scaling() instanceof RopeScaling.Linear(double factor)) {
            config.put("rope_scaling", "{\"type\":\"linear\",\"factor\":" + factor + "}");
        }
        config.put("tie_word_embeddings", "" + shape.tiedEmbeddings());
        config.put("hidden_act", "\"silu\"");
        config.put("eos_token_id", "2");
    }

    private void llama4Fields() {
        config.put("intermediate_size_mlp", "" + shape.ffnDim());
        MoeConfig moe = shape.moe();
        if (moe == null) {
            config.put("moe_layers", "[]");
        } else {
            config.put("intermediate_size", "" + moe.expertFfnDim());
            config.put("num_local_experts", "" + moe.experts());
            config.put("num_experts_per_tok", "" + moe.expertsPerToken());
            config.put("interleave_moe_layer_step", "" + moe.interleave());
        }
        config.put("use_qk_norm", "" + shape.attention().queryKeyNorm());
        config.put("no_rope_layers", "[]");
    }

    private void dense(String prefix, String head, String feedForward, String name, float[] values) {
        int cols = name.endsWith("norm.weight") ? values.length : cols(name);
        boolean rotated = name.contains(".attn_q.") || name.contains(".attn_k.");
        float[] stored =
                rotated && !feedForward.equals("feed_forward") ? inHalves(values, cols, shape.headDim()) : values;
        TestSafetensorsWriter.Tensor tensor = cols == values.length
                ? TestSafetensorsWriter.floats(type, stored, cols)
                : TestSafetensorsWriter.floats(type, stored, values.length / cols, cols);
        tensors.put(hubName(prefix, head, feedForward, name), tensor);
    }

    private int cols(String name) {
        MoeConfig moe = shape.moe();
        if (name.endsWith("ffn_down_shexp.weight") && moe != null) {
            return moe.expertFfnDim();
        }
        return name.endsWith("ffn_down.weight")
                ? shape.ffnDim()
                : name.endsWith("attn_output.weight") ? shape.queryDim() : shape.dim();
    }

    private static String hubName(String prefix, String head, String feedForward, String name) {
        return switch (name) {
            case "token_embd.weight" -> prefix + "embed_tokens.weight";
            case "output_norm.weight" -> prefix + "norm.weight";
            case "output.weight" -> head;
            default ->
                prefix
                        + name.replace("blk.", "layers.")
                                .replace("attn_norm", "input_layernorm")
                                .replace("ffn_norm", "post_attention_layernorm")
                                .replace("attn_output", "self_attn.o_proj")
                                .replaceAll("attn_([qkv])\\.", "self_attn.$1_proj.")
                                .replace("ffn_gate_inp", feedForward + ".router")
                                .replaceAll("ffn_(gate|up|down)_shexp", feedForward + ".shared_expert.$1_proj")
                                .replaceAll("ffn_(gate|up|down)", feedForward + ".$1_proj");
        };
    }

    /** Row 2i + j of a head becomes row j · d/2 + i. */
    static float[] inHalves(float[] values, int cols, int d) {
        float[] halves = new float[values.length];
        for (int head = 0; head < values.length / cols / d; head++) {
            for (int i = 0; i < d / 2; i++) {
                for (int j = 0; j < 2; j++) {
                    System.arraycopy(
                            values, (head * d + 2 * i + j) * cols, halves, (head * d + j * (d / 2) + i) * cols, cols);
                }
            }
        }
        return halves;
    }

    private void experts(MoeConfig moe, int layer, Map<String, float[]> weights) {
        int experts = moe.experts();
        int dim = shape.dim();
        int width = moe.expertFfnDim();
        float[] gate = Objects.requireNonNull(weights.get("blk." + layer + ".ffn_gate_exps.weight"));
        float[] up = Objects.requireNonNull(weights.get("blk." + layer + ".ffn_up_exps.weight"));
        float[] down = Objects.requireNonNull(weights.get("blk." + layer + ".ffn_down_exps.weight"));
        float[] gateUp = new float[experts * dim * 2 * width];
        float[] inputMajor = new float[experts * width * dim];
        for (int e = 0; e < experts; e++) {
            for (int x = 0; x < dim; x++) {
                for (int f = 0; f < width; f++) {
                    gateUp[(e * dim + x) * 2 * width + f] = gate[(e * width + f) * dim + x];
                    gateUp[(e * dim + x) * 2 * width + width + f] = up[(e * width + f) * dim + x];
                    inputMajor[(e * width + f) * dim + x] = down[(e * dim + x) * width + f];
                }
            }
        }
        String prefix = "language_model.model.layers." + layer + ".feed_forward.experts.";
        tensors.put(prefix + "gate_up_proj", TestSafetensorsWriter.floats(type, gateUp, experts, dim, 2L * width));
        tensors.put(prefix + "down_proj", TestSafetensorsWriter.floats(type, inputMajor, experts, width, dim));
    }

    static String json(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> '"' + field.getKey() + "\":" + field.getValue())
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
