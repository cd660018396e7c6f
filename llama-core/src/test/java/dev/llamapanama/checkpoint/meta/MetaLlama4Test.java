// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and layouts of Llama 4: fused projections, experts stored input-major. */
class MetaLlama4Test {
    private static final int DIM = 64;
    private static final int EXPERTS = 4;
    private static final int EXPERT_WIDTH = 64;
    private static final int DENSE_WIDTH = 96;

    @TempDir
    Path folder = Path.of("");

    private final TestModel model = TestModel.builder()
            .tied()
            .llama4(new MoeConfig(EXPERTS, 1, 2, EXPERT_WIDTH))
            .layers(4)
            .build();
    private final Map<String, Shape> shapes = new HashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void readsExpertsAndFusedProjections(int shards) throws IOException {
        WeightLayout.forEach(model.config(), shapes::put);
        // 96 is the dense width, 64 that of experts: 85 and half of it, rounded up to a multiple of 32.
        Files.writeString(folder.resolve("params.json"), """
                {"model": {"dim": 64, "n_layers": 4, "n_heads": 4, "n_kv_heads": 2, "multiple_of": 32,
                "ffn_dim_multiplier": 0.5, "norm_eps": 1e-5, "vocab_size": -1, "rope_theta": 10000.0,
                "use_qk_norm": true, "nope_layer_interval": 4, "attention_chunk_size": 8192,
                "moe_args": {"num_experts": 4, "capacity_factor": 1.0, "top_k": 1, "interleave_moe_layer_step": 2}}}
                """);
        for (int i = 0; i < shards; i++) {
            Files.write(folder.resolve("consolidated.%02d.pth".formatted(i)), shard(i, shards));
        }
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertEquals(
                    model.config(),
                    checkpoint.config().toBuilder().contextLength(128).build());
            assertEquals(
                    model.weights().keySet(), Set.copyOf(checkpoint.tensors().keySet()));
            model.weights().forEach((name, expected) -> {
                CheckpointTensor tensor = checkpoint.tensors().get(name);
                assertNotNull(tensor);
                float[] found = new float[expected.length];
                DType.F32.decode(tensor.data(), 0, found, 0, found.length);
                assertArrayEquals(expected, found, name);
            });
        }
    }

    private byte[] shard(int index, int shards) {
        TorchWriter out = new TorchWriter();
        add(out, "tok_embeddings.weight", columns("token_embd", index, shards));
        for (int layer = 0; layer < 4; layer++) {
            String from = "blk." + layer + ".";
            String to = "layers." + layer + ".";
            add(out, to + "attention.wqkv.layer_norm_weight", whole(from + "attn_norm"));
            add(
                    out,
                    to + "attention.wqkv.weight",
                    below(
                            rows(from + "attn_q", index, shards),
                            rows(from + "attn_k", index, shards),
                            rows(from + "attn_v", index, shards)));
            add(out, to + "attention.wo.weight", columns(from + "attn_output", index, shards));
            out.addStream(to + "attention.wqkv._extra_state");
            if (layer % 2 == 0) {
                dense(out, to + "feed_forward.mlp.", from, index, shards);
            } else {
                mixture(out, to + "feed_forward.", from, index, shards);
            }
        }
        add(out, "norm.weight", whole("output_norm"));
        return out.bytes();
    }

    private void dense(TorchWriter out, String to, String from, int index, int shards) {
        assertEquals(DENSE_WIDTH, shape(from + "ffn_gate").rows());
        add(out, to + "layer_norm_weight", whole(from + "ffn_norm"));
        add(
                out,
                to + "fc1_weight",
                below(rows(from + "ffn_gate", index, shards), rows(from + "ffn_up", index, shards)));
        add(out, to + "fc2_weight", columns(from + "ffn_down", index, shards));
    }

    private void mixture(TorchWriter out, String to, String from, int index, int shards) {
        add(out, to + "norm.weight", whole(from + "ffn_norm"));
        Part router = whole(from + "ffn_gate_inp");
        add(out, to + "router_DE", transposed(router, 0, EXPERTS));
        add(out, to + "running_gate_stats_3E", new Part(new float[3 * EXPERTS], 3, EXPERTS));
        int width = EXPERT_WIDTH / shards;
        for (String kind : new String[] {"ffn_gate", "ffn_up", "ffn_down"}) {
            Part all = whole(from + kind + "_exps");
            Part[] experts = new Part[EXPERTS];
            for (int e = 0; e < EXPERTS; e++) {
                experts[e] = kind.equals("ffn_down")
                        ? inputs(transposed(all, e * DIM, DIM), index * width, width)
                        : transposed(all, e * EXPERT_WIDTH + index * width, width);
            }
            String name = Objects.requireNonNull(
                    Map.of("ffn_gate", "moe_w_in_eD_F", "ffn_up", "moe_w_swiglu_eD_F", "ffn_down", "moe_w_out_eF_D")
                            .get(kind));
            add(out, to + "experts." + name, below(experts));
        }
        add(out, to + "w_in_shared_FD", rows(from + "ffn_gate_shexp", index, shards));
        add(out, to + "w_swiglu_FD", rows(from + "ffn_up_shexp", index, shards));
        add(out, to + "w_out_shared_DF", columns(from + "ffn_down_shexp", index, shards));
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Part(float[] values, int rows, int cols) {}

    private Part whole(String name) {
        Shape shape = shape(name);
        return new Part(
                Objects.requireNonNull(model.weights().get(name + ".weight")), (int) shape.rows(), (int) shape.cols());
    }

    private Part rows(String name, int index, int shards) {
        Part all = whole(name);
        return inputs(all, index * all.rows / shards, all.rows / shards);
    }

    private static Part inputs(Part all, int first, int rows) {
        return new Part(MetaWriter.slice(all.values, all.cols, first, 0, rows, all.cols), rows, all.cols);
    }

    private Part columns(String name, int index, int shards) {
        Part all = whole(name);
        int cols = all.cols / shards;
        return new Part(MetaWriter.slice(all.values, all.cols, 0, index * cols, all.rows, cols), all.rows, cols);
    }

    private static Part transposed(Part all, int first, int rows) {
        float[] values = new float[rows * all.cols];
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < all.cols; col++) {
                values[col * rows + row] = all.values[(first + row) * all.cols + col];
            }
        }
        return new Part(values, all.cols, rows);
    }

    private static Part below(Part... parts) {
        int rows = 0;
        for (Part part : parts) {
            rows += part.rows;
        }
        int cols = parts[0].cols;
        float[] values = new float[rows * cols];
        int at = 0;
        for (Part part : parts) {
            System.arraycopy(part.values, 0, values, at, part.values.length);
            at += part.values.length;
        }
        return new Part(values, rows, cols);
    }

    private Shape shape(String name) {
        return Objects.requireNonNull(shapes.get(name + ".weight"));
    }

    private static void add(TorchWriter out, String name, Part part) {
        byte[] data = TestEncoder.encode(DType.F32, part.values);
        if (part.rows == 1) {
            out.add(name, DType.F32, data, part.cols);
        } else {
            out.add(name, DType.F32, data, part.rows, part.cols);
        }
    }
}
