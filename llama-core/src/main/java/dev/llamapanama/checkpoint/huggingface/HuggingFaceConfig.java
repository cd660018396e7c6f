// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.json.JsonFile;
import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Turns {@code config.json} into a configuration. Fields and defaults are those of transformers, versions 4 and 5. */
final class HuggingFaceConfig {
    static final int MOST_BYTES = 4 << 20;

    /** Above every real model, and so small that the product of three of them is a long. */
    private static final int MOST = 1 << 20;

    private static final int MOST_TOKENS = 1 << 24;
    private static final int MOST_POSITIONS = 1 << 30;

    private final Path file;
    private final JsonObject root;
    private final JsonObject text;
    private final ModelType type;

    private HuggingFaceConfig(Path file, JsonObject root) {
        this.file = file;
        this.root = root;
        this.type = ModelType.of(root);
        this.text = type.text(root);
    }

    static HuggingFaceConfig read(Path file) {
        return new HuggingFaceConfig(file, JsonFile.read(file, MOST_BYTES));
    }

    JsonObject root() {
        return root;
    }

    /** The part about text. */
    JsonObject text() {
        return text;
    }

    ModelType type() {
        return type;
    }

    /** Whether the head is the embedding even where the files have one. */
    boolean tied() {
        return text.flag("tie_word_embeddings", false);
    }

    /** Which of the layers, as the files count them, are cross-attention; in order. */
    Set<Integer> crossLayers() {
        if (type != ModelType.MLLAMA) {
            return Set.of();
        }
        int all = size("num_hidden_layers", MOST);
        Set<Integer> layers = new TreeSet<>();
        List<Long> listed = text.wholes("cross_attention_layers");
        for (long layer : text.has("cross_attention_layers") ? listed : List.of(3L, 8L, 13L, 18L, 23L, 28L, 33L, 38L)) {
            if (layer < 0 || layer >= all || !layers.add((int) layer)) {
                throw text.refuse("cross_attention_layers", "numbers below num_hidden_layers " + all + ", each once");
            }
        }
        if (layers.size() == all) {
            throw text.refuse("cross_attention_layers", "fewer than all " + all + " layers");
        }
        return Collections.unmodifiableSet(layers);
    }

    /**
     * @param tied whether the head is the embedding
     * @throws CheckpointException if it is no Llama
     */
    LlamaConfig read(boolean tied) {
        refuseOthers();
        try {
            return combined(tied);
        } catch (IllegalArgumentException contradiction) {
            throw new CheckpointException(file, contradiction);
        }
    }

    /**
     * @throws IllegalArgumentException where every value is possible, but not all of them together
     */
    private LlamaConfig combined(boolean tied) {
        int dim = size("hidden_size", MOST);
        int cross = crossLayers().size();
        int layers = size("num_hidden_layers", MOST) - cross;
        int heads = size("num_attention_heads", MOST);
        boolean fourth = type == ModelType.LLAMA_4;
        Llama4Fields llama4 = new Llama4Fields(text, layers);
        return new LlamaConfig(
                dim,
                layers,
                heads,
                sizeOr("num_key_value_heads", heads),
                headDim(dim, heads),
                size(fourth ? "intermediate_size_mlp" : "intermediate_size", MOST),
                size("vocab_size", MOST_TOKENS),
                size("max_position_embeddings", MOST_POSITIONS),
                text.number("rms_norm_eps", type.normEps()),
                new HuggingFaceRope(text, type.theta()).read(),
                tied,
                fourth ? llama4.attention() : AttentionPattern.FULL,
                fourth ? llama4.moe(size("intermediate_size", MOST)) : null,
                cross);
    }

    /** What transformers would compute otherwise than this engine does. */
    private void refuseOthers() {
        for (String bias : List.of("attention_bias", "mlp_bias")) {
            if (text.flag(bias, false)) {
                throw text.refuse(bias, "false: a Llama has no biases");
            }
        }
        for (String activation : List.of("hidden_act", "hidden_activation")) {
            String name = text.text(activation);
            if (name != null && !name.equals("silu") && !name.equals("swish")) {
                throw text.refuse(activation, "silu");
            }
        }
        if (text.number("partial_rotary_factor", 1) != 1) {
            throw text.refuse("partial_rotary_factor", "1: a Llama rotates whole heads");
        }
    }

    private int headDim(int dim, int heads) {
        if (!text.has("head_dim") && !type.sizes().containsKey("head_dim") && dim % heads != 0) {
            throw text.refuse("num_attention_heads", "a divisor of hidden_size " + dim);
        }
        int headDim = sizeOr("head_dim", Math.max(1, dim / heads));
        if ((long) heads * headDim > 1 << 24) {
            throw text.refuse("num_attention_heads", "at most 2^24 for all heads of " + headDim + " together");
        }
        return headDim;
    }

    private int sizeOr(String name, int otherwise) {
        return text.has(name) || type.sizes().containsKey(name) ? size(name, MOST) : otherwise;
    }

    private int size(String name, int most) {
        Integer otherwise = type.sizes().get(name);
        int size = otherwise == null ? text.integer(name) : text.integer(name, otherwise);
        if (size < 1 || size > most) {
            throw text.refuse(name, "1 to " + most);
        }
        return size;
    }
}
