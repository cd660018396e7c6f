// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeScaling;

/**
 * What a recipe says of its model. The size of the vocabulary is that of the tokenizer.
 *
 * @param dim width of the residual stream
 * @param layers decoder blocks
 * @param heads query heads
 * @param kvHeads key/value heads
 * @param ffnDim hidden width of SwiGLU
 * @param contextLength positions that the model is for
 * @param normEps epsilon of RMSNorm
 * @param ropeTheta base of the rotary position embedding
 * @param tiedEmbeddings whether the head is the embedding matrix
 */
public record ModelShape(
        int dim,
        int layers,
        int heads,
        int kvHeads,
        int ffnDim,
        int contextLength,
        double normEps,
        double ropeTheta,
        boolean tiedEmbeddings) {

    /** Checks sizes, and that heads have a width. */
    public ModelShape {
        requireSizes(dim, layers, heads, kvHeads, ffnDim);
        FieldException.require(contextLength > 0, "contextLength", contextLength, "1 or more");
        FieldException.require(normEps > 0 && normEps < 1, "normEps", normEps, "above 0 and below 1");
        FieldException.require(
                ropeTheta > 0 && ropeTheta < Double.POSITIVE_INFINITY, "ropeTheta", ropeTheta, "above 0");
    }

    static void requireSizes(int dim, int layers, int heads, int kvHeads, int ffnDim) {
        FieldException.require(layers > 0, "layers", layers, "1 or more");
        FieldException.require(heads > 0, "heads", heads, "1 or more");
        FieldException.require(dim > 0 && dim % (2L * heads) == 0, "dim", dim, "heads (" + heads + ") of even width");
        FieldException.require(kvHeads > 0 && heads % kvHeads == 0, "kvHeads", kvHeads, "a divisor of heads");
        FieldException.require(ffnDim > 0, "ffnDim", ffnDim, "1 or more");
    }

    /**
     * With a vocabulary.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public LlamaConfig config(int vocabSize) {
        return LlamaConfig.builder()
                .dim(dim)
                .layers(layers)
                .heads(heads)
                .kvHeads(kvHeads)
                .ffnDim(ffnDim)
                .contextLength(contextLength)
                .normEps(normEps)
                .rope(ropeTheta, RopeScaling.NONE)
                .tiedEmbeddings(tiedEmbeddings)
                .vocabSize(vocabSize)
                .build();
    }
}
