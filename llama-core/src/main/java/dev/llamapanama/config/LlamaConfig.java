// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The shape of one Llama: everything that tells one decoder from another. A model family is data, not a class
 * hierarchy; names follow the papers (arXiv 2302.13971, 2307.09288, 2407.21783).
 *
 * @param dim width of the residual stream
 * @param layers decoder blocks
 * @param heads query heads
 * @param kvHeads key/value heads (grouped-query attention when fewer than {@code heads})
 * @param headDim width of a head, even
 * @param ffnDim hidden width of the dense SwiGLU
 * @param vocabSize rows of the embedding
 * @param contextLength positions the model was trained or extended for
 * @param normEps epsilon of RMSNorm, inside the root
 * @param rope rotary position embedding
 * @param tiedEmbeddings whether the head is the embedding matrix
 * @param attention departures from full causal attention
 * @param moe mixture of experts, or null for a dense model
 * @param crossAttentionLayers number of gated cross-attention blocks of Llama 3.2 Vision, which text alone skips; 0
 *     elsewhere
 */
public record LlamaConfig(
        int dim,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int ffnDim,
        int vocabSize,
        int contextLength,
        double normEps,
        RopeConfig rope,
        boolean tiedEmbeddings,
        AttentionPattern attention,
        @Nullable MoeConfig moe,
        int crossAttentionLayers) {

    /** No file holds so many; below it no count of this class overflows a long. */
    private static final double MAX_PARAMETERS = 0x1p60;

    public LlamaConfig {
        Require.positive("dim", dim);
        Require.positive("layers", layers);
        Require.positive("heads", heads);
        Require.that(kvHeads > 0 && heads % kvHeads == 0, "kv heads", kvHeads, "a divisor of the " + heads + " heads");
        Require.that(headDim > 0 && headDim % 2 == 0, "head dim", headDim, "a positive even number");
        Require.positive("feed-forward width", ffnDim);
        Require.positive("vocabulary size", vocabSize);
        Require.positive("context length", contextLength);
        Require.positive("norm epsilon", normEps);
        Require.that(crossAttentionLayers >= 0, "cross-attention layers", crossAttentionLayers, "0 or more");
        Objects.requireNonNull(attention, "attention");
        Require.that(
                (long) heads * headDim <= Integer.MAX_VALUE, "head dim", headDim, "at most 2^31 - 1 over all heads");
        if (rope.scaling() instanceof RopeScaling.Divisors divisors) {
            int found = divisors.values().size();
            Require.that(found == headDim / 2, "rope divisors", found, "one for each of " + headDim / 2 + " pairs");
        }
        double experts = moe == null ? 1 : moe.experts() + 1.0;
        int widest = moe == null ? ffnDim : Math.max(ffnDim, moe.expertFfnDim());
        double block = dim * (4.0 * heads * headDim + 3.0 * widest * experts);
        double bound = block * ((double) layers + crossAttentionLayers) + 2.0 * dim * vocabSize;
        Require.that(bound < MAX_PARAMETERS, "parameters", "about " + bound, "less than 2^60");
    }

    /** An empty builder with the defaults of {@link LlamaConfigBuilder}. */
    public static LlamaConfigBuilder builder() {
        return new LlamaConfigBuilder();
    }

    /** A builder that starts from this shape: for a variant that differs in few places. */
    public LlamaConfigBuilder toBuilder() {
        return new LlamaConfigBuilder(this);
    }

    /** Width of all query heads together. */
    public int queryDim() {
        return heads * headDim;
    }

    /** Width of all key heads together, and of all value heads. */
    public int kvDim() {
        return kvHeads * headDim;
    }

    /**
     * Weights of the text decoder: embedding, blocks with all experts, norms, head (a tied head is counted once).
     * Cross-attention blocks and vision encoders are not in it.
     */
    public long parameterCount() {
        return new ParameterCount(this).all();
    }

    /** Weights that take part in one token: {@link #parameterCount} without the routed experts it doesn't visit. */
    public long activeParameterCount() {
        return new ParameterCount(this).active();
    }

    /** Matrix elements multiplied for one token: blocks with active experts and the head, without norms. */
    public long matmulParametersPerToken() {
        return new ParameterCount(this).multiplied();
    }

    /** Weights of the gated cross-attention blocks of Llama 3.2 Vision, which text alone skips. */
    public long crossAttentionParameterCount() {
        return new ParameterCount(this).crossAttention();
    }

    /**
     * Floating-point operations of one token that sees {@code context} positions in every layer:
     * {@code 2 · matmul weights + 4 · layers · heads · headDim · context}. Chunked layers may see fewer.
     *
     * @throws ArithmeticException if the count is above 2^63
     */
    public long flopsPerToken(long context) {
        Require.that(context >= 0, "context", context, "0 or more");
        long perPosition = 4L * layers * queryDim();
        return Math.addExact(2 * matmulParametersPerToken(), Math.multiplyExact(perPosition, context));
    }

    /**
     * Bytes that one token adds to the key/value cache of all layers.
     *
     * @param bytesPerElement 2 for F16, 4 for F32
     * @throws ArithmeticException if there are more than 2^63
     */
    public long kvBytesPerToken(int bytesPerElement) {
        Require.positive("bytes per element", bytesPerElement);
        return Math.multiplyExact(2L * layers * kvDim(), bytesPerElement);
    }

    /**
     * Bytes of the key/value cache after {@code context} tokens, where layers that attend within chunks keep only one
     * chunk.
     *
     * @param context tokens seen
     * @param bytesPerElement 2 for F16, 4 for F32
     * @throws ArithmeticException if there are more than 2^63
     */
    public long kvBytes(long context, int bytesPerElement) {
        Require.that(context >= 0, "context", context, "0 or more");
        Require.positive("bytes per element", bytesPerElement);
        int chunked = attention.chunkSize() == 0 ? 0 : attention.ropeLayers(layers);
        long positions = Math.addExact(
                Math.multiplyExact(context, layers - chunked), chunked * Math.min(context, attention.chunkSize()));
        return Math.multiplyExact(positions, Math.multiplyExact(2L * kvDim(), bytesPerElement));
    }

    /**
     * Bytes of the keys and values that the cross-attention blocks keep for one image.
     *
     * @param visionTokens rows of the encoder's output: 1601 for a 560-pixel tile
     * @param bytesPerElement 2 for F16, 4 for F32
     * @throws ArithmeticException if there are more than 2^63
     */
    public long crossAttentionKvBytes(int visionTokens, int bytesPerElement) {
        Require.positive("vision tokens", visionTokens);
        Require.positive("bytes per element", bytesPerElement);
        long perToken = Math.multiplyExact(2L * crossAttentionLayers * kvDim(), bytesPerElement);
        return Math.multiplyExact(perToken, visionTokens);
    }
}
