// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

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
 * @param crossAttentionLayers number of gated cross-attention blocks of Llama 3.2 Vision, which text alone skips; 0 elsewhere
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
    }

    /** Width of all query heads together. */
    public int queryDim() {
        return heads * headDim;
    }

    /** Width of all key heads together, and of all value heads. */
    public int kvDim() {
        return kvHeads * headDim;
    }
}
