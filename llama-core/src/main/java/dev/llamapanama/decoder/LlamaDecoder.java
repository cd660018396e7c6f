// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static dev.llamapanama.tensor.Epilogue.ADD;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.Tensor;

/**
 * The Llama architecture (arXiv 2302.13971, 2307.09288, 2407.21783), written once for every version and every backend:
 * pre-normalised decoder blocks of grouped-query attention with rotary positions and of a SwiGLU network, each added to the
 * residual stream.
 */
public final class LlamaDecoder {
    private final LlamaConfig config;
    private final DecoderWeights weights;
    private final KvPool kv;
    private final RopeFrequencies rope;
    private final double attentionScale;

    /**
     * @param kv cache of the layout {@link #kvLayout}
     */
    public LlamaDecoder(LlamaConfig config, DecoderWeights weights, KvPool kv) {
        this.config = config;
        this.weights = weights;
        this.kv = kv;
        rope = new RopeFrequencies(config.rope().inverseFrequencies(config.headDim()));
        attentionScale = 1 / Math.sqrt(config.headDim());
    }

    /** What the keys and values of such a model take, rounded to a type. */
    public static KvLayout kvLayout(LlamaConfig config, DType type) {
        return new KvLayout(config.layers(), config.kvHeads(), config.headDim(), type);
    }

    /** The forward pass, from token ids to logits. */
    public void forward(Ops ops) {
        Tensor x = ops.temp(TOKENS, config.dim());
        ops.embed(weights.embedding(), x);
        for (int layer = 0; layer < config.layers(); layer++) {
            attention(ops, weights.layers().get(layer), layer, x);
            feedForward(ops, weights.layers().get(layer), x);
        }
        ops.head(x, weights.norm(), config.normEps(), weights.output());
    }

    private void attention(Ops ops, DecoderWeights.Layer w, int layer, Tensor x) {
        Tensor q = ops.temp(TOKENS, config.queryDim());
        Tensor attended = ops.temp(TOKENS, config.queryDim());
        ops.qkvRope(x, w.attentionNorm(), config.normEps(), w.wq(), w.wk(), w.wv(), rope, q, kv, layer);
        ops.attention(q, kv, layer, attentionScale, attended);
        ops.linear(attended, w.wo(), ADD, x);
        ops.release(q);
        ops.release(attended);
    }

    private void feedForward(Ops ops, DecoderWeights.Layer w, Tensor x) {
        Tensor hidden = ops.temp(TOKENS, config.ffnDim());
        ops.normGateUp(x, w.ffnNorm(), config.normEps(), w.w1(), w.w3(), hidden);
        ops.linear(hidden, w.w2(), ADD, x);
        ops.release(hidden);
    }
}
