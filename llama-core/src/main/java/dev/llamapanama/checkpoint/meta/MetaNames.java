// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static dev.llamapanama.checkpoint.meta.MetaNames.Join.COLUMNS;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.COPIES;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.EMBEDDING;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.EXPERTS_IN;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.EXPERTS_OUT;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.GATE_UP;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.KV_ROWS;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.QKV;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.ROUTER;
import static dev.llamapanama.checkpoint.meta.MetaNames.Join.ROWS;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Meta calls the weights, and how the shards of each make the whole ({@code ColumnParallelLinear} has rows,
 * {@code RowParallelLinear} columns of the matrix).
 */
final class MetaNames {
    /** How the shards of a weight are joined. */
    enum Join {
        /** Every shard has the same. */
        COPIES,
        ROWS,
        /** Rows of key or value heads, which shards may have twice. */
        KV_ROWS,
        COLUMNS,
        /** Columns up to Llama 2, rows from Llama 3 on: as the shapes say. */
        EMBEDDING,
        /** Rows of queries, keys and values of each shard. */
        QKV,
        /** Rows of gate and up of each shard. */
        GATE_UP,
        /** A transposed matrix, the same in every shard. */
        ROUTER,
        /** Transposed matrices of experts whose outputs are shared out. */
        EXPERTS_IN,
        /** Transposed matrices of experts whose inputs are shared out. */
        EXPERTS_OUT
    }

    /** @param name canonical; of the first of several weights where one is split */
    record Weight(String name, Join join) {}

    private static final Pattern LAYER = Pattern.compile("layers\\.([0-9]{1,4})\\.(.+)");

    private static final Map<String, Weight> TOP = Map.of(
            "tok_embeddings.weight", new Weight("token_embd", EMBEDDING),
            "norm.weight", new Weight("output_norm", COPIES),
            "output.weight", new Weight("output", ROWS));

    private static final Map<String, Weight> IN_LAYER = Map.ofEntries(
            Map.entry("attention_norm.weight", new Weight("attn_norm", COPIES)),
            Map.entry("attention.wq.weight", new Weight("attn_q", ROWS)),
            Map.entry("attention.wk.weight", new Weight("attn_k", KV_ROWS)),
            Map.entry("attention.wv.weight", new Weight("attn_v", KV_ROWS)),
            Map.entry("attention.wo.weight", new Weight("attn_output", COLUMNS)),
            Map.entry("ffn_norm.weight", new Weight("ffn_norm", COPIES)),
            Map.entry("feed_forward.w1.weight", new Weight("ffn_gate", ROWS)),
            Map.entry("feed_forward.w2.weight", new Weight("ffn_down", COLUMNS)),
            Map.entry("feed_forward.w3.weight", new Weight("ffn_up", ROWS)),
            // Llama 4
            Map.entry("attention.wqkv.layer_norm_weight", new Weight("attn_norm", COPIES)),
            Map.entry("attention.wqkv.weight", new Weight("attn_q", QKV)),
            Map.entry("feed_forward.norm.weight", new Weight("ffn_norm", COPIES)),
            Map.entry("feed_forward.mlp.layer_norm_weight", new Weight("ffn_norm", COPIES)),
            Map.entry("feed_forward.mlp.fc1_weight", new Weight("ffn_gate", GATE_UP)),
            Map.entry("feed_forward.mlp.fc2_weight", new Weight("ffn_down", COLUMNS)),
            Map.entry("feed_forward.router_DE", new Weight("ffn_gate_inp", ROUTER)),
            Map.entry("feed_forward.experts.moe_w_in_eD_F", new Weight("ffn_gate_exps", EXPERTS_IN)),
            Map.entry("feed_forward.experts.moe_w_swiglu_eD_F", new Weight("ffn_up_exps", EXPERTS_IN)),
            Map.entry("feed_forward.experts.moe_w_out_eF_D", new Weight("ffn_down_exps", EXPERTS_OUT)),
            Map.entry("feed_forward.w_in_shared_FD", new Weight("ffn_gate_shexp", ROWS)),
            Map.entry("feed_forward.w_swiglu_FD", new Weight("ffn_up_shexp", ROWS)),
            Map.entry("feed_forward.w_out_shared_DF", new Weight("ffn_down_shexp", COLUMNS)));

    /** Where a model that also sees images keeps its text decoder. */
    private static final String TEXT = "text_model.";

    private MetaNames() {}

    /** Whether a key is of a weight that images need and text alone doesn't: encoder, projector and cross-attention. */
    static boolean isForImages(String key) {
        String name = plain(key);
        return (key.startsWith("vision_")
                        || name.startsWith("cross_attention_layers.")
                        || name.startsWith("learnable_embedding."))
                && isWeight(key);
    }

    /** Whether a key is of a weight, or unknown; false for what is computed, counted or kept for training. */
    static boolean isWeight(String key) {
        return !key.endsWith("rope.freqs") && !key.endsWith("._extra_state") && !key.contains("gate_stats_3E");
    }

    /** The weight that a key stands for, or null for an unknown one. */
    static @Nullable Weight of(String key) {
        String name = plain(key);
        Weight top = TOP.get(name);
        if (top != null) {
            return new Weight(top.name + ".weight", top.join);
        }
        Matcher layer = LAYER.matcher(name);
        Weight inLayer = layer.matches() ? IN_LAYER.get(layer.group(2)) : null;
        return inLayer == null
                ? null
                : new Weight("blk." + Integer.parseInt(layer.group(1)) + "." + inLayer.name + ".weight", inLayer.join);
    }

    private static String plain(String key) {
        return key.startsWith(TEXT) ? key.substring(TEXT.length()) : key;
    }
}
