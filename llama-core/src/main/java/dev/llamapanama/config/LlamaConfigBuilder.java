// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import org.jspecify.annotations.Nullable;

/**
 * Names the components of a {@link LlamaConfig} one by one. Unless set, there are as many key/value heads as heads,
 * heads as wide as {@code dim / heads}, RoPE of base 1e4 without scaling, a norm epsilon of 1e-5, a head of its own,
 * full attention and no experts; the rest has no default. Values are checked by {@link #build()}. Not thread-safe.
 */
public final class LlamaConfigBuilder {
    private int dim;
    private int layers;
    private int heads;
    private int kvHeads;
    private int headDim;
    private int ffnDim;
    private int vocabSize;
    private int contextLength;
    private double normEps = 1e-5;
    private RopeConfig rope = new RopeConfig(1e4, RopeScaling.NONE);
    private boolean tiedEmbeddings;
    private AttentionPattern attention = AttentionPattern.FULL;
    private @Nullable MoeConfig moe;
    private int crossAttentionLayers;

    LlamaConfigBuilder() {}

    LlamaConfigBuilder(LlamaConfig base) {
        dim = base.dim();
        layers = base.layers();
        heads = base.heads();
        kvHeads = base.kvHeads();
        headDim = base.headDim();
        ffnDim = base.ffnDim();
        vocabSize = base.vocabSize();
        contextLength = base.contextLength();
        normEps = base.normEps();
        rope = base.rope();
        tiedEmbeddings = base.tiedEmbeddings();
        attention = base.attention();
        moe = base.moe();
        crossAttentionLayers = base.crossAttentionLayers();
    }

    public LlamaConfigBuilder dim(int value) {
        dim = value;
        return this;
    }

    public LlamaConfigBuilder layers(int value) {
        layers = value;
        return this;
    }

    public LlamaConfigBuilder heads(int value) {
        heads = value;
        return this;
    }

    /** 0: as many as heads. */
    public LlamaConfigBuilder kvHeads(int value) {
        kvHeads = value;
        return this;
    }

    /** 0: {@code dim / heads}. */
    public LlamaConfigBuilder headDim(int value) {
        headDim = value;
        return this;
    }

    public LlamaConfigBuilder ffnDim(int value) {
        ffnDim = value;
        return this;
    }

    public LlamaConfigBuilder vocabSize(int value) {
        vocabSize = value;
        return this;
    }

    public LlamaConfigBuilder contextLength(int value) {
        contextLength = value;
        return this;
    }

    public LlamaConfigBuilder normEps(double value) {
        normEps = value;
        return this;
    }

    public LlamaConfigBuilder rope(double theta, RopeScaling scaling) {
        rope = new RopeConfig(theta, scaling);
        return this;
    }

    public LlamaConfigBuilder tiedEmbeddings(boolean value) {
        tiedEmbeddings = value;
        return this;
    }

    public LlamaConfigBuilder attention(AttentionPattern value) {
        attention = value;
        return this;
    }

    public LlamaConfigBuilder moe(@Nullable MoeConfig value) {
        moe = value;
        return this;
    }

    public LlamaConfigBuilder crossAttentionLayers(int value) {
        crossAttentionLayers = value;
        return this;
    }

    /** @throws IllegalArgumentException if a component is missing or out of its range */
    public LlamaConfig build() {
        return new LlamaConfig(
                dim,
                layers,
                heads,
                kvHeads == 0 ? heads : kvHeads,
                headDim == 0 && heads > 0 ? dim / heads : headDim,
                ffnDim,
                vocabSize,
                contextLength,
                normEps,
                rope,
                tiedEmbeddings,
                attention,
                moe,
                crossAttentionLayers);
    }
}
