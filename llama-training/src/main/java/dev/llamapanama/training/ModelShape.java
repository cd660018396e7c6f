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

    /** Checks that heads have a width. */
    public ModelShape {
        requireHeads(dim, heads, kvHeads);
    }

    static void requireHeads(int dim, int heads, int kvHeads) {
        FieldException.require(heads > 0 && dim % (2 * heads) == 0, "dim", dim, "heads (" + heads + ") of even width");
        FieldException.require(kvHeads > 0 && heads % kvHeads == 0, "kvHeads", kvHeads, "a divisor of heads");
    }

    /**
     * With a vocabulary.
     *
     * @throws IllegalArgumentException if a size is out of its range
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
