// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import static dev.llamapanama.tensor.Epilogue.ADD;
import static dev.llamapanama.tensor.Tensor.Rows.TOKENS;

import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.QkvProjection;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The Llama architecture (arXiv 2302.13971, 2307.09288, 2407.21783), written once for every version and every backend:
 * pre-normalised decoder blocks of grouped-query attention with rotary positions and of a SwiGLU network, each added to the
 * residual stream. In Llama 4 (meta-llama/llama-models, {@code models/llama4}) the rotated layers attend within chunks, every fourth
 * layer attends to the whole context without positions, and networks may be mixtures of experts. Text alone skips the cross-attention
 * blocks of Llama 3.2 Vision.
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

    /**
     * The forward pass, from token ids on.
     *
     * @param adapter what is added to the weights, or null for nothing
     * @param output what it ends with, of the rows that are wanted
     */
    public void forward(Ops ops, @Nullable AdapterWeights adapter, Output output) {
        forward(adapter == null ? ops : new AdaptedOps(ops, adapter), output);
    }

    private void forward(Ops ops, Output output) {
        Tensor x = ops.temp(TOKENS, config.dim());
        ops.embed(weights.embedding(), x);
        for (int layer = 0; layer < config.layers(); layer++) {
            attention(ops, weights.layers().get(layer), layer, x);
            feedForward(ops, weights.layers().get(layer), x);
        }
        switch (output) {
            case LOGITS -> ops.head(x, weights.norm(), config.normEps(), weights.output());
            case STATES -> ops.states(x, weights.norm(), config.normEps());
        }
    }

    private void attention(Ops ops, DecoderWeights.Layer w, int layer, Tensor x) {
        AttentionPattern pattern = config.attention();
        boolean rotates = pattern.hasRope(layer);
        Tensor q = ops.temp(TOKENS, config.queryDim());
        Tensor attended = ops.temp(TOKENS, config.queryDim());
        ops.qkvRope(x, projection(w, rotates), q, kv, layer);
        if (!rotates && pattern.temperatureFloor() > 0) {
            ops.temper(q, pattern.temperatureFloor(), pattern.temperatureScale());
        }
        ops.attention(q, kv, layer, attentionScale, rotates ? pattern.chunkSize() : 0, attended);
        ops.linear(attended, w.wo(), ADD, x);
        ops.release(q);
        ops.release(attended);
    }

    private QkvProjection projection(DecoderWeights.Layer w, boolean rotates) {
        boolean headNorm = rotates && config.attention().queryKeyNorm();
        return new QkvProjection(
                w.attentionNorm(), config.normEps(), w.wq(), w.wk(), w.wv(), rotates ? rope : null, headNorm);
    }

    private void feedForward(Ops ops, DecoderWeights.Layer w, Tensor x) {
        if (w.mixture() != null) {
            mixture(ops, w, w.mixture(), x);
            return;
        }
        SwiGlu ffn = w.ffn();
        Tensor hidden = ops.temp(TOKENS, ffn.width());
        ops.normGateUp(x, w.ffnNorm(), config.normEps(), ffn.gate(), ffn.up(), hidden);
        ops.linear(hidden, ffn.down(), ADD, x);
        ops.release(hidden);
    }

    /** The shared expert and the chosen ones read the same normalised stream. */
    private void mixture(Ops ops, DecoderWeights.Layer w, DecoderWeights.Mixture mixture, Tensor x) {
        SwiGlu shared = w.ffn();
        Tensor normed = ops.temp(TOKENS, config.dim());
        Tensor hidden = ops.temp(TOKENS, shared.width());
        ops.rmsNorm(x, w.ffnNorm(), config.normEps(), normed);
        ops.gateUp(normed, shared.gate(), shared.up(), hidden);
        ops.linear(hidden, shared.down(), ADD, x);
        ops.release(hidden);
        ops.moe(normed, mixture.router(), mixture.experts(), mixture.perToken(), x);
        ops.release(normed);
    }
}
