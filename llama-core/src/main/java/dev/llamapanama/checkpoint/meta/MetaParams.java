// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.json.JsonFile;
import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.FeedForwardWidth;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeScaling;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns {@code params.json} into a configuration. Keys and defaults are those of {@code ModelArgs} in meta-llama/llama
 * and meta-llama/llama-models; what the file doesn't say is taken from the published model of the same shape.
 */
final class MetaParams {
    private static final int MOST_BYTES = 1 << 20;

    /** Above every real model, and so small that the product of three of them is a long. */
    private static final int MOST = 1 << 20;

    private static final int MOST_TOKENS = 1 << 24;

    /** No published model has so short a context, so that none is preferred for it. */
    private static final int UNKNOWN_CONTEXT = 1;

    private final Path file;
    private final JsonObject root;
    private final JsonObject model;

    private MetaParams(Path file, JsonObject root) {
        this.file = file;
        this.root = root;
        this.model = root.has("dim") ? root : root.requiredObject("model");
    }

    /** @throws CheckpointException if there is no such file or it isn't a JSON object */
    static MetaParams read(Path file) {
        return new MetaParams(file, JsonFile.read(file, MOST_BYTES));
    }

    SequencedMap<String, Object> metadata() {
        return new LinkedHashMap<>(root.plain());
    }

    int dim() {
        return positive("dim", MOST);
    }

    int headDim() {
        int heads = positive("n_heads", MOST);
        if (!model.has("head_dim") && dim() % heads != 0) {
            throw model.refuse("n_heads", "a divisor of dim " + dim());
        }
        int headDim = model.has("head_dim") ? positive("head_dim", MOST) : dim() / heads;
        if (headDim % 2 != 0) {
            throw model.refuse("n_heads", "an even width of a head, not " + headDim);
        }
        return headDim;
    }

    int queryDim() {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) positive("n_heads", MOST) * headDim()));
    }

    /** As stated: the files of Llama 3.1 405B for 16 devices count each head twice. */
    int kvHeads() {
        int heads = positive("n_heads", MOST);
        int kvHeads = model.has("n_kv_heads") ? positive("n_kv_heads", MOST) : heads;
        if (heads % kvHeads != 0) {
            throw model.refuse("n_kv_heads", "a divisor of n_heads " + heads);
        }
        return kvHeads;
    }

    /**
     * @param kvHeads how many there are, each counted once
     * @param embedded rows of the embedding, which the file may leave open
     * @param tied whether there is no head of its own
     */
    LlamaConfig config(int kvHeads, long embedded, boolean tied) {
        try {
            LlamaConfig plain = LlamaConfig.builder()
                    .dim(dim())
                    .layers(positive("n_layers", MOST))
                    .heads(positive("n_heads", MOST))
                    .kvHeads(kvHeads)
                    .headDim(headDim())
                    .ffnDim(width().of(dim()))
                    .vocabSize(vocabulary(embedded))
                    .contextLength(UNKNOWN_CONTEXT)
                    .normEps(model.number("norm_eps", 1e-5))
                    .rope(theta(), RopeScaling.NONE)
                    .tiedEmbeddings(tied)
                    .attention(attention())
                    .moe(moe())
                    .crossAttentionLayers(crossAttentionLayers())
                    .build();
            LlamaConfig scaled = plain.toBuilder().rope(theta(), scaling(plain)).build();
            return scaled.toBuilder().contextLength(contextLength(scaled)).build();
        } catch (IllegalArgumentException contradiction) {
            throw new CheckpointException(file, contradiction);
        }
    }

    private FeedForwardWidth width() {
        return new FeedForwardWidth(positiveOr("multiple_of", 256, MOST), model.number("ffn_dim_multiplier", 1));
    }

    private int vocabulary(long embedded) {
        int stated = model.integer("vocab_size", -1);
        if (embedded > MOST_TOKENS || (stated != -1 && stated != embedded)) {
            throw model.refuse("vocab_size", embedded + ", the rows of the embedding, or -1");
        }
        return (int) embedded;
    }

    private double theta() {
        return model.number("rope_theta", 1e4);
    }

    private boolean isLlama4() {
        return model.has("moe_args") || model.has("nope_layer_interval") || model.has("attention_chunk_size");
    }

    private AttentionPattern attention() {
        if (!isLlama4()) {
            return AttentionPattern.FULL;
        }
        boolean tuned = model.flag("attn_temperature_tuning", true);
        return new AttentionPattern(
                model.integer("nope_layer_interval", 0),
                model.integer("attention_chunk_size", 0),
                model.flag("use_qk_norm", false),
                tuned ? (int) model.number("floor_scale", 8192) : 0,
                tuned ? model.number("attn_scale", 0.1) : 0);
    }

    private @Nullable MoeConfig moe() {
        JsonObject args = model.object("moe_args");
        if (args == null || args.integer("num_experts", -1) < 1) {
            return null;
        }
        double capacity = args.flag("auto_scale_F", true) ? args.number("capacity_factor", 1) : 0;
        return new MoeConfig(
                args.integer("num_experts"),
                args.integer("top_k", 1),
                args.integer("interleave_moe_layer_step", 1),
                width().ofExpert(dim(), capacity));
    }

    private int crossAttentionLayers() {
        return Math.max(0, model.integer("vision_num_cross_attention_layers", 0));
    }

    /**
     * How far the frequencies are stretched, which only files of Llama 4 may say: else it is as in the first
     * published model of this shape, else by 8.
     */
    private RopeScaling scaling(LlamaConfig plain) {
        if (!model.flag("use_scaled_rope", false)) {
            return RopeScaling.NONE;
        }
        if (isLlama4()) {
            return new RopeScaling.Llama3(
                    model.number("rope_scaling_factor", 16), 1, model.number("rope_high_freq_factor", 1), 8192);
        }
        if (model.has("rope_scaling_factor")) {
            return new RopeScaling.Llama3(
                    model.number("rope_scaling_factor"), 1, model.number("rope_high_freq_factor", 4), 8192);
        }
        return LlamaVariant.all().stream()
                .map(LlamaVariant::config)
                .filter(known -> known.rope().scaling() instanceof RopeScaling.Llama3)
                .filter(known -> isOfShape(known, plain))
                .map(known -> known.rope().scaling())
                .findFirst()
                .orElse(new RopeScaling.Llama3(8, 1, 4, 8192));
    }

    private static boolean isOfShape(LlamaConfig known, LlamaConfig config) {
        return known.dim() == config.dim()
                && known.layers() == config.layers()
                && known.heads() == config.heads()
                && known.kvHeads() == config.kvHeads()
                && known.ffnDim() == config.ffnDim();
    }

    /** That of the published model of this shape; of an unknown one the shortest of its generation. */
    private int contextLength(LlamaConfig config) {
        List<LlamaVariant> published = LlamaVariant.recognise(config);
        if (!published.isEmpty()) {
            return published.getFirst().config().contextLength();
        }
        if (isLlama4()) {
            return 262_144;
        }
        if (!config.rope().scaling().equals(RopeScaling.NONE)) {
            return 131_072;
        }
        if (theta() >= 1e6) {
            return 16_384;
        }
        return theta() >= 5e5 ? 8192 : 2048;
    }

    private int positiveOr(String name, int otherwise, int most) {
        return model.has(name) ? positive(name, most) : otherwise;
    }

    private int positive(String name, int most) {
        int value = model.integer(name);
        if (value < 1 || value > most) {
            throw model.refuse(name, "1 to " + most);
        }
        return value;
    }
}
