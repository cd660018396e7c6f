// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a dense {@link TestModel} as Meta does: shared out among devices. */
final class MetaWriter {
    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("token_embd", "tok_embeddings.weight"),
            Map.entry("output_norm", "norm.weight"),
            Map.entry("output", "output.weight"),
            Map.entry("attn_norm", "attention_norm.weight"),
            Map.entry("attn_q", "attention.wq.weight"),
            Map.entry("attn_k", "attention.wk.weight"),
            Map.entry("attn_v", "attention.wv.weight"),
            Map.entry("attn_output", "attention.wo.weight"),
            Map.entry("ffn_norm", "ffn_norm.weight"),
            Map.entry("ffn_gate", "feed_forward.w1.weight"),
            Map.entry("ffn_down", "feed_forward.w2.weight"),
            Map.entry("ffn_up", "feed_forward.w3.weight"));

    private final TestModel model;
    private final LlamaConfig config;
    private final DType type;
    private final int shards;
    private boolean embeddingByColumns;
    private boolean kvTwice;
    private String prefix = "";

    MetaWriter(TestModel model, DType type, int shards) {
        this.model = model;
        this.config = model.config();
        this.type = type;
        this.shards = shards;
    }

    /** As Llama 1 and 2. */
    MetaWriter embeddingByColumns() {
        embeddingByColumns = true;
        return this;
    }

    /** As Llama 3.1 405B for 16 devices. */
    MetaWriter kvTwice() {
        kvTwice = true;
        return this;
    }

    /** As Llama 3.2 Vision. */
    MetaWriter prefix(String prefix) {
        this.prefix = prefix;
        return this;
    }

    /** The file of multiple_of 32 and half the usual width: 96 of 64. */
    String params() {
        Map<String, Object> params = new LinkedHashMap<>();
        params.put("dim", config.dim());
        params.put("n_layers", config.layers());
        params.put("n_heads", config.heads());
        params.put("n_kv_heads", kvTwice ? 2 * config.kvHeads() : config.kvHeads());
        params.put("multiple_of", 32);
        params.put("ffn_dim_multiplier", 0.5);
        params.put("norm_eps", config.normEps());
        params.put("vocab_size", -1);
        params.put("rope_theta", config.rope().theta());
        StringBuilder json = new StringBuilder("{");
        params.forEach((name, value) -> json.append(json.length() > 1 ? ", " : "")
                .append('"')
                .append(name)
                .append("\": ")
                .append(value));
        return json.append("}").toString();
    }

    TorchWriter shard(int index) {
        TorchWriter out = new TorchWriter();
        WeightLayout.forEach(config, (name, shape) -> {
            float[] values = model.weights().get(name);
            if (values != null) {
                add(out, name.replace(".weight", ""), shape, values, index);
            }
        });
        return out.add(prefix + "rope.freqs", type, new byte[type.blockBytes() * 8], 8);
    }

    Path write(Path folder) {
        try {
            Files.writeString(folder.resolve("params.json"), params());
            for (int i = 0; i < shards; i++) {
                Files.write(folder.resolve("consolidated.%02d.pth".formatted(i)), shard(i).bytes());
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(TorchWriter out, String name, Shape shape, float[] values, int index) {
        String kind = name.substring(name.lastIndexOf('.') + 1);
        String key = prefix + metaName(name, kind);
        boolean columns = kind.equals("attn_output")
                || kind.equals("ffn_down")
                || (kind.equals("token_embd") && embeddingByColumns);
        if (kind.endsWith("norm")) {
            out.add(key, type, TestEncoder.encode(type, values), shape.cols());
            return;
        }
        boolean half = kvTwice && (kind.equals("attn_k") || kind.equals("attn_v"));
        int parts = half ? shards / 2 : shards;
        int part = half ? index / 2 : index;
        int rows = (int) shape.rows() / (columns ? 1 : parts);
        int cols = (int) shape.cols() / (columns ? parts : 1);
        float[] mine =
                slice(values, (int) shape.cols(), columns ? 0 : part * rows, columns ? part * cols : 0, rows, cols);
        out.add(key, type, TestEncoder.encode(type, mine), rows, cols);
    }

    private static String metaName(String name, String kind) {
        String meta = NAMES.get(kind);
        if (meta == null) {
            throw new IllegalStateException(name);
        }
        return name.startsWith("blk.") ? "layers." + name.split("\\.")[1] + "." + meta : meta;
    }

    static float[] slice(float[] values, int width, int firstRow, int firstCol, int rows, int cols) {
        float[] slice = new float[rows * cols];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(values, (firstRow + row) * width + firstCol, slice, row * cols, cols);
        }
        return slice;
    }
}
