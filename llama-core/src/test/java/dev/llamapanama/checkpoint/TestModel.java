// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A small random Llama with the {@link TestVocabulary}, to be written in the formats that the engine reads. The same
 * seed gives the same weights, whatever type they are stored as.
 *
 * <pre>{@code TestModel model = TestModel.builder().kvHeads(2).type(DType.Q8_0).build(); try (Checkpoint checkpoint =
 * Checkpoints.open(model.writeGguf(folder))) { … } }</pre>
 */
public final class TestModel {
    private final LlamaConfig config;
    private final DType type;
    private final boolean keyLength;
    private final SequencedMap<String, float[]> weights = new LinkedHashMap<>();

    private TestModel(LlamaConfig config, DType type, boolean keyLength, long seed) {
        this.config = config;
        this.type = type;
        this.keyLength = keyLength;
        Random random = new Random(seed);
        WeightLayout.forEach(config, (name, shape) -> weights.put(name, values(random, shape)));
    }

    public static Builder builder() {
        return new Builder();
    }

    /** What a reader has to find. */
    public LlamaConfig config() {
        return config;
    }

    /** How the matrices are stored. */
    public DType type() {
        return type;
    }

    /** All weights by canonical name, as they were before they were stored as the model's type. */
    public Map<String, float[]> weights() {
        return weights;
    }

    /** The model as GGUF v3, ready to be spoilt. */
    public GgufWriter gguf() {
        GgufWriter writer = new GgufWriter();
        String architecture = config.attention().equals(AttentionPattern.FULL) ? "llama" : "llama4";
        writer.string("general.architecture", architecture).string("general.name", "test");
        parameters(writer, architecture + ".");
        TestVocabulary.write(writer);
        if (config.rope().scaling() instanceof RopeScaling.Divisors(List<Float> divisors)) {
            float[] values = new float[divisors.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = divisors.get(i);
            }
            writer.tensor("rope_freqs.weight", DType.F32, Shape.vector(values.length), values);
        }
        WeightLayout.forEach(config, (name, shape) -> writer.tensor(name, storedAs(name, shape), shape, values(name)));
        return writer;
    }

    /** Writes {@code model.gguf} into the folder. */
    public Path writeGguf(Path folder) {
        return gguf().write(folder.resolve("model.gguf"));
    }

    /** Opens it with its own configuration: a file can't state every attention pattern, nor cross-attention. */
    public Checkpoint open(Path folder) {
        return new ReconfiguredCheckpoint(Checkpoints.open(writeGguf(folder)), config);
    }

    /**
     * The model as llama2.c v0.
     *
     * @throws IllegalStateException if that format can't express it
     */
    public byte[] llama2c() {
        if (!config.rope().equals(new RopeConfig(1e4, RopeScaling.NONE)) || config.queryDim() != config.dim()) {
            throw new IllegalStateException("llama2.c has no such model: " + config);
        }
        int positions = config.contextLength();
        int tables = positions * config.headDim() * Float.BYTES;
        int floats = weights.values().stream().mapToInt(values -> values.length).sum();
        ByteBuffer out = ByteBuffer.allocate(28 + tables + floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        int vocab = config.tiedEmbeddings() ? config.vocabSize() : -config.vocabSize();
        out.putInt(config.dim()).putInt(config.ffnDim()).putInt(config.layers());
        out.putInt(config.heads()).putInt(config.kvHeads()).putInt(vocab).putInt(positions);
        put(out, "token_embd.weight");
        for (String kind : List.of(
                "attn_norm",
                "attn_q",
                "attn_k",
                "attn_v",
                "attn_output",
                "ffn_norm",
                "ffn_gate",
                "ffn_down",
                "ffn_up")) {
            for (int layer = 0; layer < config.layers(); layer++) {
                put(out, "blk." + layer + "." + kind + ".weight");
            }
        }
        put(out, "output_norm.weight");
        out.position(out.position() + tables);
        if (!config.tiedEmbeddings()) {
            put(out, "output.weight");
        }
        return out.array();
    }

    /** Writes {@code model.bin}, and {@code tokenizer.bin} beside it, into the folder. */
    public Path writeLlama2c(Path folder) {
        try {
            Files.write(folder.resolve("tokenizer.bin"), TestVocabulary.tokenizerBin());
            return Files.write(folder.resolve("model.bin"), llama2c());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void parameters(GgufWriter writer, String prefix) {
        writer.u32(prefix + "context_length", config.contextLength())
                .u32(prefix + "embedding_length", config.dim())
                .u32(prefix + "block_count", config.layers())
                .u32(prefix + "feed_forward_length", config.ffnDim())
                .u32(prefix + "attention.head_count", config.heads())
                .u32(prefix + "attention.head_count_kv", config.kvHeads())
                .f32(prefix + "attention.layer_norm_rms_epsilon", config.normEps())
                .u32(prefix + "rope.dimension_count", config.headDim())
                .f32(prefix + "rope.freq_base", config.rope().theta())
                .u32(prefix + "vocab_size", config.vocabSize());
        if (keyLength) {
            writer.u32(prefix + "attention.key_length", config.headDim())
                    .u32(prefix + "attention.value_length", config.headDim());
        }
        if (config.rope().scaling() instanceof RopeScaling.Linear(double factor)) {
            writer.string(prefix + "rope.scaling.type", "linear").f32(prefix + "rope.scaling.factor", factor);
        }
        MoeConfig moe = config.moe();
        if (moe != null) {
            writer.u32(prefix + "expert_count", moe.experts())
                    .u32(prefix + "expert_used_count", moe.expertsPerToken())
                    .u32(prefix + "interleave_moe_layer_step", moe.interleave())
                    .u32(prefix + "expert_feed_forward_length", moe.expertFfnDim());
        }
    }

    /** As llama.cpp does: vectors and routers stay F32, and what doesn't fill blocks becomes F16. */
    private DType storedAs(String name, Shape shape) {
        if (shape.rows() == 1 || name.endsWith("ffn_gate_inp.weight")) {
            return DType.F32;
        }
        return shape.cols() % type.blockSize() == 0 ? type : DType.F16;
    }

    private float[] values(String name) {
        float[] values = weights.get(name);
        if (values == null) {
            throw new IllegalStateException(name);
        }
        return values;
    }

    private void put(ByteBuffer out, String name) {
        for (float value : values(name)) {
            out.putFloat(value);
        }
    }

    /** Norms near 1, matrices that keep the size of what they multiply. */
    private static float[] values(Random random, Shape shape) {
        float[] values = new float[(int) shape.elements()];
        boolean norm = shape.rows() == 1;
        double scale = norm ? 0.1 : 1 / Math.sqrt((double) shape.cols());
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((norm ? 1 : 0) + scale * random.nextGaussian());
        }
        return values;
    }

    /**
     * Everything has a default: 2 layers, width 64, 4 heads of 16 with 2 key-value heads, F32, untied, 128 positions.
     */
    public static final class Builder {
        private int dim = 64;
        private int layers = 2;
        private int heads = 4;
        private int kvHeads = 2;
        private int headDim;
        private int ffnDim = 96;
        private int contextLength = 128;
        private double theta = 1e4;
        private RopeScaling scaling = RopeScaling.NONE;
        private boolean tied;
        private AttentionPattern attention = AttentionPattern.FULL;
        private @Nullable MoeConfig moe;
        private int crossAttentionLayers;
        private DType type = DType.F32;
        private long seed = 1;

        private Builder() {}

        public Builder dim(int dim) {
            this.dim = dim;
            return this;
        }

        public Builder layers(int layers) {
            this.layers = layers;
            return this;
        }

        public Builder heads(int heads) {
            this.heads = heads;
            return this;
        }

        public Builder kvHeads(int kvHeads) {
            this.kvHeads = kvHeads;
            return this;
        }

        /** Sets a width of a head of its own, which then stands in the metadata; else it is dim / heads. */
        public Builder headDim(int headDim) {
            this.headDim = headDim;
            return this;
        }

        public Builder ffnDim(int ffnDim) {
            this.ffnDim = ffnDim;
            return this;
        }

        public Builder contextLength(int contextLength) {
            this.contextLength = contextLength;
            return this;
        }

        public Builder theta(double theta) {
            this.theta = theta;
            return this;
        }

        /** Scales by a tensor rope_freqs, as Llama 3.1 does: a divisor for each pair of a head. */
        public Builder ropeDivisors(float... divisors) {
            List<Float> list = new ArrayList<>();
            for (float divisor : divisors) {
                list.add(divisor);
            }
            scaling = new RopeScaling.Divisors(list);
            return this;
        }

        public Builder linearScaling(double factor) {
            scaling = new RopeScaling.Linear(factor);
            return this;
        }

        /** Makes the embedding the head, too. */
        public Builder tied() {
            tied = true;
            return this;
        }

        /** Makes it a Llama 4 with chunks and layers without RoPE, all dense unless there are experts. */
        public Builder llama4(@Nullable MoeConfig experts) {
            attention = new AttentionPattern(4, 8192, true, 8192, 0.1);
            moe = experts;
            return this;
        }

        /** Sets any attention pattern, for {@link TestModel#open}. */
        public Builder attention(AttentionPattern pattern) {
            attention = pattern;
            return this;
        }

        /** Says that there are cross-attention blocks, for {@link TestModel#open}. */
        public Builder crossAttentionLayers(int layers) {
            crossAttentionLayers = layers;
            return this;
        }

        /** Sets the type of all matrices. */
        public Builder type(DType type) {
            this.type = type;
            return this;
        }

        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        public TestModel build() {
            LlamaConfig config = new LlamaConfig(
                    dim,
                    layers,
                    heads,
                    kvHeads,
                    headDim == 0 ? dim / heads : headDim,
                    ffnDim,
                    TestVocabulary.PIECES.size(),
                    contextLength,
                    1e-5,
                    new RopeConfig(theta, scaling),
                    tied,
                    attention,
                    moe,
                    crossAttentionLayers);
            return new TestModel(config, type, headDim != 0, seed);
        }
    }
}
