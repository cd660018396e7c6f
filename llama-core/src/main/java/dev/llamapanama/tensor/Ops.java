// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

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

    /** Writes the keys and values of the rows {@code [tokens, kvHeads · headDim]} to the pages of their sequences. */
    void writeKv(Tensor keys, Tensor values, KvPool kv, int layer);

    /**
     * Causal grouped-query attention: each row sees the positions of its sequence up to its own.
     *
     * @param q queries {@code [tokens, heads · headDim]}; query head h uses key/value head {@code ⌊h · kvHeads / heads⌋}
     * @param scale factor of the scores, {@code 1/√headDim}
     * @param out like {@code q}
     */
    void attention(Tensor q, KvPool kv, int layer, double scale, Tensor out);

    /** SwiGLU (arXiv 2002.05202): {@code out = gate / (1 + e^−gate) · up}; {@code out} may be one of the operands. */
    void swiGlu(Tensor gate, Tensor up, Tensor out);

    /** The rows whose logits are wanted. */
    void selectLogitRows(Tensor x, Tensor out);

    /** Makes the tensor the result of the plan's runs. */
    void keepLogits(Tensor logits);

    /** First half of the attention block: norm, query/key/value projections, RoPE of queries and keys, write to the cache. */
    default void qkvRope(
            Tensor x,
            Weights norm,
            double eps,
            Weights wq,
            Weights wk,
            Weights wv,
            RopeFrequencies rope,
            Tensor q,
            KvPool kv,
            int layer) {
        Tensor normed = temp(Tensor.Rows.TOKENS, x.width());
        Tensor k = temp(Tensor.Rows.TOKENS, (int) wk.shape().rows());
        Tensor v = temp(Tensor.Rows.TOKENS, (int) wv.shape().rows());
        rmsNorm(x, norm, eps, normed);
        linear(normed, wq, Epilogue.STORE, q);
        linear(normed, wk, Epilogue.STORE, k);
        linear(normed, wv, Epilogue.STORE, v);
        rope(q, rope);
        rope(k, rope);
        writeKv(k, v, kv, layer);
        release(normed);
        release(k);
        release(v);
    }

    /** First half of the feed-forward block: norm, gate and up projections, SwiGLU. */
    default void normGateUp(Tensor x, Weights norm, double eps, Weights gate, Weights up, Tensor hidden) {
        Tensor normed = temp(Tensor.Rows.TOKENS, x.width());
        Tensor gated = temp(Tensor.Rows.TOKENS, hidden.width());
        rmsNorm(x, norm, eps, normed);
        linear(normed, gate, Epilogue.STORE, gated);
        linear(normed, up, Epilogue.STORE, hidden);
        swiGlu(gated, hidden, hidden);
        release(normed);
        release(gated);
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
