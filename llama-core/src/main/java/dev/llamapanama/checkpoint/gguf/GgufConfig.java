// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the metadata of a GGUF file into a configuration. Keys and defaults are those of llama.cpp (llama-hparams,
 * conversion/llama.py), constants of Llama 4 those built into src/models/llama4.cpp.
 */
final class GgufConfig {
    /** Above every real model, and so small that the product of three of them is a long. */
    private static final int MOST = 1 << 20;

    private static final int MOST_POSITIONS = 1 << 30;

    private static final List<String> NEUTRAL_AT_0 = List.of(
            "attention.scale",
            "attention.clamp_kqv",
            "attention.max_alibi_bias",
            "attention.temperature_scale",
            "attn_logit_softcapping",
            "final_logit_softcapping");
    private static final List<String> NEUTRAL_AT_1 =
            List.of("logit_scale", "residual_scale", "embedding_scale", "rope.scaling.attn_factor");

    private final Path file;
    private final GgufMetadata metadata;
    private final Map<String, CheckpointTensor> tensors;
    private final String architecture;

    GgufConfig(Path file, GgufMetadata metadata, Map<String, CheckpointTensor> tensors) {
        this.file = file;
        this.metadata = metadata;
        this.tensors = tensors;
        this.architecture = metadata.string("general.architecture");
    }

    LlamaConfig read() {
        refuseOtherFiles();
        refuseForeignParameters();
        try {
            return combined();
        } catch (IllegalArgumentException contradiction) {
            throw new CheckpointException(file, contradiction);
        }
    }

    /**
     * @throws IllegalArgumentException where every value is possible, but not all of them together
     */
    private LlamaConfig combined() {
        int dim = metadata.positive(key("embedding_length"), MOST);
        int layers = metadata.positive(key("block_count"), MOST);
        int heads = perLayer(key("attention.head_count"), layers);
        int kvHeads =
                metadata.has(key("attention.head_count_kv")) ? perLayer(key("attention.head_count_kv"), layers) : heads;
        if (heads % kvHeads != 0) {
            throw metadata.refuse(key("attention.head_count_kv"), "a divisor of the " + heads + " heads");
        }
        int headDim = headDim(dim, heads);
        return new LlamaConfig(
                dim,
                layers,
                heads,
                kvHeads,
                headDim,
                perLayer(key("feed_forward_length"), layers),
                vocabSize(),
                metadata.positive(key("context_length"), MOST_POSITIONS),
                metadata.positiveReal(key("attention.layer_norm_rms_epsilon")),
                rope(headDim),
                !tensors.containsKey("output.weight"),
                attention(),
                moe(),
                0);
    }

    private void refuseOtherFiles() {
        if (!architecture.equals("llama") && !architecture.equals("llama4")) {
            throw metadata.refuse("general.architecture", "llama or llama4");
        }
        if (metadata.has("general.type") && !metadata.string("general.type").equals("model")) {
            throw metadata.refuse("general.type", "model");
        }
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    /**
     * Parameters with which llama.cpp would compute something else than a Llama, at other than their neutral values.
     */
    private void refuseForeignParameters() {
        NEUTRAL_AT_0.forEach(name -> demandNeutral(name, 0));
        NEUTRAL_AT_1.forEach(name -> demandNeutral(name, 1));
        demandFlag("attention.causal", true);
        demandFlag("use_parallel_residual", false);
    }

    /** 0 stands for "not set" in llama.cpp, too. */
    private void demandNeutral(String name, int neutral) {
        if (metadata.has(key(name)) && metadata.real(key(name)) != neutral && metadata.real(key(name)) != 0) {
            throw metadata.refuse(key(name), neutral + " or no such key");
        }
    }

    private void demandFlag(String name, boolean value) {
        if (metadata.has(key(name)) && metadata.flag(key(name)) != value) {
            throw metadata.refuse(key(name), value + " or no such key");
        }
    }

    /** A number that is written once, or once for every layer and then always the same. */
    private int perLayer(String key, int layers) {
        GgufValue value = metadata.get(key);
        if (value == null || !value.isArray()) {
            return metadata.positive(key, MOST);
        }
        List<Number> numbers = metadata.integers(key);
        if (numbers.size() != layers) {
            throw metadata.refuse(key, "a number, or one for each of the " + layers + " layers");
        }
        long first = numbers.getFirst().longValue();
        for (Number number : numbers) {
            if (number.longValue() != first || first < 1 || first > MOST) {
                throw new CheckpointException(
                        file,
                        key,
                        "an array with " + first + " and " + number,
                        "the same number from 1 to " + MOST + " in every layer");
            }
        }
        return (int) first;
    }

    private int headDim(int dim, int heads) {
        String keyLength = key("attention.key_length");
        if (!metadata.has(keyLength) && dim % heads != 0) {
            throw metadata.refuse(key("attention.head_count"), "a divisor of embedding_length " + dim);
        }
        int headDim = metadata.has(keyLength) ? metadata.positive(keyLength, MOST) : dim / heads;
        if (headDim % 2 != 0) {
            String culprit = metadata.has(keyLength) ? keyLength : key("attention.head_count");
            throw metadata.refuse(culprit, "an even width of a head, not " + headDim);
        }
        if ((long) heads * headDim > 1 << 24) {
            throw metadata.refuse(
                    key("attention.head_count"), "at most 2^24 for all heads of " + headDim + " together");
        }
        demandHeadDim("attention.value_length", headDim);
        demandHeadDim("rope.dimension_count", headDim);
        return headDim;
    }

    private void demandHeadDim(String name, int headDim) {
        if (metadata.has(key(name)) && metadata.integer(key(name), 0, MOST) != headDim) {
            throw metadata.refuse(key(name), headDim + ", the width of a head");
        }
    }

    private int vocabSize() {
        CheckpointTensor embedding = tensors.get("token_embd.weight");
        if (embedding == null || embedding.shape().rows() > 1 << 24) {
            Object found = embedding == null ? "no such tensor" : "shape " + embedding.shape();
            throw new CheckpointException(file, "token_embd.weight", found, "a row for each of at most 2^24 tokens");
        }
        int rows = (int) embedding.shape().rows();
        if (metadata.has(key("vocab_size")) && metadata.positive(key("vocab_size"), 1 << 24) != rows) {
            throw metadata.refuse(key("vocab_size"), rows + ", the rows of token_embd.weight");
        }
        return rows;
    }

    private RopeConfig rope(int headDim) {
        String base = key("rope.freq_base");
        double theta = metadata.has(base) ? metadata.positiveReal(base) : 1e4;
        GgufRope rope = new GgufRope(file, metadata, architecture);
        return new RopeConfig(theta, rope.scaling(tensors.get(GgufRope.DIVISORS), headDim));
    }

    private AttentionPattern attention() {
        String window = key("attention.sliding_window");
        int positions = metadata.has(window) ? metadata.integer(window, 0, MOST_POSITIONS) : -1;
        if (architecture.equals("llama4")) {
            boolean norm = experts() != 128;
            return positions == 0
                    ? new AttentionPattern(0, 0, norm, 0, 0)
                    : new AttentionPattern(4, 8192, norm, 8192, 0.1);
        }
        if (positions > 0 && positions < metadata.positive(key("context_length"), MOST_POSITIONS)) {
            throw metadata.refuse(window, "0 or no such key: a Llama attends to its whole context");
        }
        return AttentionPattern.FULL;
    }

    private int experts() {
        return metadata.has(key("expert_count")) ? metadata.integer(key("expert_count"), 0, 1 << 16) : 0;
    }

    private @Nullable MoeConfig moe() {
        int experts = experts();
        if (experts == 0) {
            return null;
        }
        if (!architecture.equals("llama4")) {
            throw metadata.refuse(key("expert_count"), "0: only llama4 is a mixture of experts");
        }
        int interleave = metadata.integer(key("interleave_moe_layer_step"), 0, MOST);
        if (interleave == 0) {
            return null;
        }
        return new MoeConfig(
                experts,
                metadata.positive(key("expert_used_count"), experts),
                interleave,
                metadata.positive(key("expert_feed_forward_length"), MOST));
    }
}
