// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.ForwardingOps;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.QkvProjection;
import dev.llamapanama.tensor.SwiGlu;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;
import java.util.List;
import java.util.stream.Stream;

/**
 * Operations with an adapter (LoRA, arXiv 2106.09685): {@code x · (W + B·A)ᵀ = x · Wᵀ + (x · Aᵀ) · Bᵀ}, so that the weights of the model stay
 * as they are and serve others at the same time. Fused operations whose weights have no adapter stay fused; the others are composed of
 * products. Of a mixture whose experts are adapted that means that all experts are read.
 */
final class AdaptedOps extends ForwardingOps {
    private final AdapterWeights adapter;

    AdaptedOps(Ops ops, AdapterWeights adapter) {
        super(ops);
        this.adapter = adapter;
    }

    @Override
    public void embed(Weights table, Tensor x) {
        ops().embed(table, x);
        AdapterWeights.Delta delta = adapter.ofEmbedding();
        if (delta != null) {
            Tensor inner = ops().temp(x.rows(), delta.rank());
            ops().embed(delta.a(), inner);
            ops().linear(inner, delta.b(), Epilogue.ADD, x);
            ops().release(inner);
        }
    }

    @Override
    public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        ops().linear(in, weight, epilogue, out);
        AdapterWeights.Delta delta = adapter.of(weight);
        if (delta != null) {
            Tensor inner = ops().temp(in.rows(), delta.rank());
            ops().linear(in, delta.a(), Epilogue.STORE, inner);
            ops().linear(inner, delta.b(), Epilogue.ADD, out);
            ops().release(inner);
        }
    }

    @Override
    public void qkvRope(Tensor x, QkvProjection w, Tensor q, KvPool kv, int layer) {
        if (adapts(Stream.of(w.wq(), w.wk(), w.wv()))) {
            super.qkvRope(x, w, q, kv, layer);
        } else {
            ops().qkvRope(x, w, q, kv, layer);
        }
    }

    @Override
    public void normGateUp(Tensor x, Weights norm, double eps, Weights gate, Weights up, Tensor hidden) {
        if (adapts(Stream.of(gate, up))) {
            super.normGateUp(x, norm, eps, gate, up, hidden);
        } else {
            ops().normGateUp(x, norm, eps, gate, up, hidden);
        }
    }

    @Override
    public void gateUp(Tensor x, Weights gate, Weights up, Tensor hidden) {
        if (adapts(Stream.of(gate, up))) {
            super.gateUp(x, gate, up, hidden);
        } else {
            ops().gateUp(x, gate, up, hidden);
        }
    }

    @Override
    public void moe(Tensor x, Weights router, List<SwiGlu> experts, int perToken, Tensor out) {
        if (adapts(Stream.concat(Stream.of(router), experts.stream().flatMap(SwiGlu::all)))) {
            super.moe(x, router, experts, perToken, out);
        } else {
            ops().moe(x, router, experts, perToken, out);
        }
    }

    @Override
    public void head(Tensor x, Weights norm, double eps, Weights output) {
        if (adapts(Stream.of(output))) {
            super.head(x, norm, eps, output);
        } else {
            ops().head(x, norm, eps, output);
        }
    }

    private boolean adapts(Stream<Weights> weights) {
        return weights.anyMatch(weight -> adapter.of(weight) != null);
    }
}
