// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.config.LlamaConfig;

/**
 * What the forward pass of a layer leaves to its backward pass, besides its input.
 *
 * @param attentionFactors by which {@code attention_norm} has multiplied each token
 * @param logSums of the softmax of each head and token
 * @param middle the residual stream between attention and network
 */
record LayerActivations(
        Buffer attentionFactors,
        Buffer qkv,
        Buffer attended,
        Buffer logSums,
        Buffer middle,
        Buffer ffnFactors,
        Buffer gateUp) {

    static LayerActivations of(LlamaConfig config, int tokens) {
        return new LayerActivations(
                new Buffer(tokens, 1),
                new Buffer(tokens, config.queryDim() + 2 * config.kvDim()),
                new Buffer(tokens, config.queryDim()),
                new Buffer(tokens, config.heads()),
                new Buffer(tokens, config.dim()),
                new Buffer(tokens, 1),
                new Buffer(tokens, 2 * config.ffnDim()));
    }
}
