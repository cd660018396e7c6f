// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

/**
 * Counts the weights of a decoder. No sum overflows, since {@link LlamaConfig} refuses shapes beyond 2^60 parameters.
 *
 * @param config the decoder's shape
 */
record ParameterCount(LlamaConfig config) {

    long all() {
        MoeConfig moe = config.moe();
        return blocks(moe == null ? 0 : moe.experts()) + norms() + (config.tiedEmbeddings() ? 1 : 2) * embedding();
    }

    long active() {
        return multiplied() + norms() + (config.tiedEmbeddings() ? 0 : embedding());
    }

    long multiplied() {
        MoeConfig moe = config.moe();
        return blocks(moe == null ? 0 : moe.expertsPerToken()) + embedding();
    }

    /** Each block has projections, q and k norms of one head, two norms of the stream, two scalar gates, a SwiGLU. */
    long crossAttention() {
        long block = projections() + 2L * config.headDim() + 2L * config.dim() + 2 + swiGlu(config.ffnDim());
        return config.crossAttentionLayers() * block;
    }

    /** Matrices of all blocks with so many routed experts in each mixture. */
    private long blocks(int experts) {
        MoeConfig moe = config.moe();
        int mixtures = moe == null ? 0 : moe.mixtureLayers(config.layers());
        long feedForward = (config.layers() - mixtures) * swiGlu(config.ffnDim());
        if (moe != null) {
            feedForward += mixtures * mixture(moe, experts);
        }
        return config.layers() * projections() + feedForward;
    }

    /** Router, routed experts and the shared one. */
    private long mixture(MoeConfig moe, int experts) {
        return (long) config.dim() * moe.experts() + (experts + 1L) * swiGlu(moe.expertFfnDim());
    }

    /** Query, key, value and output projections of one block. */
    private long projections() {
        return 2L * config.dim() * config.queryDim() + 2L * config.dim() * config.kvDim();
    }

    private long swiGlu(int width) {
        return 3L * config.dim() * width;
    }

    private long norms() {
        return (2L * config.layers() + 1) * config.dim();
    }

    private long embedding() {
        return (long) config.vocabSize() * config.dim();
    }
}
