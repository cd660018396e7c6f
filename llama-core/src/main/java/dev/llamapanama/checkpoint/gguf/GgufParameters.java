// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeScaling;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Writes a configuration as metadata of a GGUF file: what {@link GgufConfig} reads, and every key that llama.cpp asks for. */
final class GgufParameters {
    private static final AttentionPattern CHUNKED = new AttentionPattern(4, 8192, true, 8192, 0.1);
    /** llama.cpp normalises no queries and keys of the model with so many. */
    private static final int EXPERTS_WITHOUT_NORM = 128;

    private final Path file;
    private final LlamaConfig config;
    private final String architecture;
    private final SequencedMap<String, GgufValue> pairs = new LinkedHashMap<>();

    private GgufParameters(Path file, LlamaConfig config) {
        this.file = file;
        this.config = config;
        this.architecture =
                config.attention().equals(AttentionPattern.FULL) && config.moe() == null ? "llama" : "llama4";
    }

    /**
     * @throws CheckpointException if GGUF has no words for the configuration
     */
    static SequencedMap<String, GgufValue> of(Checkpoint checkpoint) {
        GgufParameters parameters = new GgufParameters(checkpoint.path(), checkpoint.config());
        parameters.pairs.put("general.architecture", GgufValue.string(parameters.architecture));
        parameters.pairs.put("general.type", GgufValue.string("model"));
        parameters.pairs.put("general.name", GgufValue.string(name(checkpoint.path())));
        parameters.addShape();
        parameters.addRope();
        if (parameters.architecture.equals("llama4")) {
            parameters.addPattern();
            parameters.addMixture();
        }
        return parameters.pairs;
    }

    /** What the tensor of RoPE divisors holds; nothing where a factor for all, or none, says it. */
    static float[] divisors(LlamaConfig config) {
        RopeScaling scaling = config.rope().scaling();
        if (scaling instanceof RopeScaling.None || scaling instanceof RopeScaling.Linear) {
            return new float[0];
        }
        float[] divisors = new float[config.headDim() / 2];
        for (int i = 0; i < divisors.length; i++) {
            double frequency = Math.pow(config.rope().theta(), -2.0 * i / config.headDim());
            divisors[i] = (float) scaling.divisor(i, frequency);
        }
        return divisors;
    }

    private static String name(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        return last == null ? "model" : last.toString().replaceFirst("\\.[A-Za-z0-9]+$", "");
    }

    private void put(String name, GgufValue value) {
        pairs.put(architecture + "." + name, value);
    }

    private void addShape() {
        put("context_length", GgufValue.u32(config.contextLength()));
        put("embedding_length", GgufValue.u32(config.dim()));
        put("block_count", GgufValue.u32(config.layers()));
        put("feed_forward_length", GgufValue.u32(config.ffnDim()));
        put("attention.head_count", GgufValue.u32(config.heads()));
        put("attention.head_count_kv", GgufValue.u32(config.kvHeads()));
        put("attention.key_length", GgufValue.u32(config.headDim()));
        put("attention.value_length", GgufValue.u32(config.headDim()));
        put("attention.layer_norm_rms_epsilon", GgufValue.f32(config.normEps()));
        put("vocab_size", GgufValue.u32(config.vocabSize()));
    }

    private void addRope() {
        put("rope.dimension_count", GgufValue.u32(config.headDim()));
        put("rope.freq_base", GgufValue.f32(config.rope().theta()));
        if (config.rope().scaling() instanceof RopeScaling.Linear(double factor)) {
            put("rope.scaling.type", GgufValue.string("linear"));
            put("rope.scaling.factor", GgufValue.f32(factor));
        }
    }

    /** Constants of Llama 4 are built into llama.cpp; a file says only whether it has the pattern at all. */
    private void addPattern() {
        boolean norm = experts() != EXPERTS_WITHOUT_NORM;
        AttentionPattern chunked = new AttentionPattern(
                CHUNKED.nopeInterval(),
                CHUNKED.chunkSize(),
                norm,
                CHUNKED.temperatureFloor(),
                CHUNKED.temperatureScale());
        AttentionPattern full = new AttentionPattern(0, 0, norm, 0, 0);
        if (config.attention().equals(full)) {
            put("attention.sliding_window", GgufValue.u32(0));
        } else if (!config.attention().equals(chunked)) {
            throw new CheckpointException(
                    file, "attention", config.attention(), "what GGUF can say: " + chunked + " or " + full);
        }
    }

    private int experts() {
        MoeConfig moe = config.moe();
        return moe == null ? 0 : moe.experts();
    }

    private void addMixture() {
        MoeConfig moe = config.moe();
        put("expert_count", GgufValue.u32(experts()));
        put("expert_used_count", GgufValue.u32(moe == null ? 0 : moe.expertsPerToken()));
        put("interleave_moe_layer_step", GgufValue.u32(moe == null ? 0 : moe.interleave()));
        put("expert_feed_forward_length", GgufValue.u32(moe == null ? 0 : moe.expertFfnDim()));
    }
}
