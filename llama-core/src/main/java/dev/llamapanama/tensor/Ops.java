// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.List;

/**
 * The operations of a Llama, appended to a plan in the order of their calls. Each is as coarse as a good fused kernel;
 * where a backend has none, the default composes it of simpler ones, which is also the oracle of the fused kernel's tests.
 * Activations are F32; {@code x} is the residual stream {@code [tokens, dim]}. Every output is a parameter, and nothing
 * allocates when the plan runs.
 */
public interface Ops {

    /** A tensor of the plan's workspace, its content undefined until written. */
    Tensor temp(Tensor.Rows rows, int width);

    /** Gives a tensor back; later ones may use its memory. */
    void release(Tensor temp);

    /** Rows of the embedding table: {@code x = table[tokenIds]}. */
    void embed(Weights table, Tensor x);

    /** RMSNorm (arXiv 1910.07467): {@code out = x / √(mean(x²) + eps) · weight}, row by row. */
    void rmsNorm(Tensor x, Weights weight, double eps, Tensor out);

    /** A linear layer without bias: {@code out = in · weightᵀ}, or {@code out += in · weightᵀ}; they are two tensors. */
    void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out);

    /**
     * RoPE (arXiv 2104.09864), in place: turns each pair {@code (x[2i], x[2i+1])} of each head by the angle of the row's
     * position.
     */
    void rope(Tensor x, RopeFrequencies frequencies);

    /** RMSNorm of each head by itself, without a weight and in place: {@code x / √(mean(x²) + eps)} over {@code headDim} elements. */
    void rmsNormHeads(Tensor x, int headDim, double eps);

    /**
     * Tempers the attention of far positions (Llama 4, {@code models/llama4/model.py}), in place: multiplies queries by
     * {@code 1 + scale · ln(⌊(position + 1) / floor⌋ + 1)}.
     *
     * @param floor positions after which the factor rises; the first so many rows but one are left as they are
     */
    void temper(Tensor q, int floor, double scale);

    /** Writes the keys and values of the rows {@code [tokens, kvHeads · headDim]} to the pages of their sequences. */
    void writeKv(Tensor keys, Tensor values, KvPool kv, int layer);

    /**
     * Causal grouped-query attention: each row sees the positions of its sequence up to its own, or those of them that are in its chunk.
     *
     * @param q queries {@code [tokens, heads · headDim]}; query head h uses key/value head {@code ⌊h · kvHeads / heads⌋}
     * @param scale factor of the scores, {@code 1/√headDim}
     * @param chunk a row at position p sees no position before {@code ⌊p / chunk⌋ · chunk}; 0: it sees all up to its own
     * @param out like {@code q}
     */
    void attention(Tensor q, KvPool kv, int layer, double scale, int chunk, Tensor out);

    /** Attention to the whole context. */
    default void attention(Tensor q, KvPool kv, int layer, double scale, Tensor out) {
        attention(q, kv, layer, scale, 0, out);
    }

    /** SwiGLU (arXiv 2002.05202): {@code out = gate / (1 + e^−gate) · up}; {@code out} may be one of the operands. */
    void swiGlu(Tensor gate, Tensor up, Tensor out);

    /**
     * Chooses experts, in place: the {@code perToken} largest logits of a row, of equal ones the first, become
     * {@code 1 / (1 + e^−logit)}, all others 0.
     *
     * @param logits {@code [tokens, experts]}
     */
    void route(Tensor logits, int perToken);

    /** Each row times a factor of its own: {@code out = x · factors[column]}. */
    void scaleRows(Tensor x, Tensor factors, int column, Tensor out);

    /** The rows whose logits are wanted. */
    void selectLogitRows(Tensor x, Tensor out);

    /** Makes the tensor the result of the plan's runs. */
    void keepLogits(Tensor logits);

    /** First half of the attention block: norm, query/key/value projections, RoPE of queries and keys, write to the cache. */
    default void qkvRope(Tensor x, QkvProjection w, Tensor q, KvPool kv, int layer) {
        Tensor normed = temp(Tensor.Rows.TOKENS, x.width());
        Tensor k = temp(Tensor.Rows.TOKENS, (int) w.wk().shape().rows());
        Tensor v = temp(Tensor.Rows.TOKENS, (int) w.wv().shape().rows());
        rmsNorm(x, w.norm(), w.eps(), normed);
        linear(normed, w.wq(), Epilogue.STORE, q);
        linear(normed, w.wk(), Epilogue.STORE, k);
        linear(normed, w.wv(), Epilogue.STORE, v);
        for (Tensor heads : List.of(q, k)) {
            if (w.rope() != null) {
                rope(heads, w.rope());
            }
            if (w.headNorm()) {
                rmsNormHeads(heads, kv.layout().headDim(), w.eps());
            }
        }
        writeKv(k, v, kv, layer);
        release(normed);
        release(k);
        release(v);
    }

    /** First half of the feed-forward block: norm, gate and up projections, SwiGLU. */
    default void normGateUp(Tensor x, Weights norm, double eps, Weights gate, Weights up, Tensor hidden) {
        Tensor normed = temp(Tensor.Rows.TOKENS, x.width());
        rmsNorm(x, norm, eps, normed);
        gateUp(normed, gate, up, hidden);
        release(normed);
    }

    /** Gate and up projections, SwiGLU. */
    default void gateUp(Tensor x, Weights gate, Weights up, Tensor hidden) {
        Tensor gated = temp(Tensor.Rows.TOKENS, hidden.width());
        linear(x, gate, Epilogue.STORE, gated);
        linear(x, up, Epilogue.STORE, hidden);
        swiGlu(gated, hidden, hidden);
        release(gated);
    }

    /**
     * The mixture of experts of Llama 4 ({@code models/llama4/moe.py}) without its shared expert:
     * {@code out += Σ expert(w · x)} over the experts that {@link #route} chooses by {@code x · routerᵀ}, in their order. The weight of
     * an expert scales what it reads, not what it says. A fused one reads only the experts that a row of the step has chosen.
     *
     * @param router {@code [experts, dim]}
     */
    default void moe(Tensor x, Weights router, List<SwiGlu> experts, int perToken, Tensor out) {
        Tensor routes = temp(Tensor.Rows.TOKENS, experts.size());
        Tensor scaled = temp(Tensor.Rows.TOKENS, x.width());
        Tensor hidden = temp(Tensor.Rows.TOKENS, experts.getFirst().width());
        linear(x, router, Epilogue.STORE, routes);
        route(routes, perToken);
        for (int e = 0; e < experts.size(); e++) {
            SwiGlu expert = experts.get(e);
            scaleRows(x, routes, e, scaled);
            gateUp(scaled, expert.gate(), expert.up(), hidden);
            linear(hidden, expert.down(), Epilogue.ADD, out);
        }
        release(routes);
        release(scaled);
        release(hidden);
    }

    /** Another end: final norm of the rows that are wanted, which are the result of the plan's runs. */
    default void states(Tensor x, Weights norm, double eps) {
        Tensor last = temp(Tensor.Rows.LOGITS, x.width());
        selectLogitRows(x, last);
        rmsNorm(last, norm, eps, last);
        keepLogits(last);
    }

    /** The end: final norm and output projection of the rows whose logits are wanted. */
    default void head(Tensor x, Weights norm, double eps, Weights output) {
        Tensor last = temp(Tensor.Rows.LOGITS, x.width());
        Tensor logits = temp(Tensor.Rows.LOGITS, (int) output.shape().rows());
        selectLogitRows(x, last);
        rmsNorm(last, norm, eps, last);
        linear(last, output, Epilogue.STORE, logits);
        keepLogits(logits);
        release(last);
    }
}
