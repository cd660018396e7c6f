// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.QkvProjection;
import dev.llamapanama.tensor.RopeFrequencies;
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
final class AdaptedOps implements Ops {
    private final Ops ops;
    private final AdapterWeights adapter;

    AdaptedOps(Ops ops, AdapterWeights adapter) {
        this.ops = ops;
        this.adapter = adapter;
    }

    @Override
    public void embed(Weights table, Tensor x) {
        ops.embed(table, x);
        AdapterWeights.Delta delta = adapter.ofEmbedding();
        if (delta != null) {
            Tensor inner = ops.temp(x.rows(), delta.rank());
            ops.embed(delta.a(), inner);
            ops.linear(inner, delta.b(), Epilogue.ADD, x);
            ops.release(inner);
        }
    }

    @Override
    public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        ops.linear(in, weight, epilogue, out);
        AdapterWeights.Delta delta = adapter.of(weight);
        if (delta != null) {
            Tensor inner = ops.temp(in.rows(), delta.rank());
            ops.linear(in, delta.a(), Epilogue.STORE, inner);
            ops.linear(inner, delta.b(), Epilogue.ADD, out);
            ops.release(inner);
        }
    }

    @Override
    public void qkvRope(Tensor x, QkvProjection w, Tensor q, KvPool kv, int layer) {
        if (adapts(Stream.of(w.wq(), w.wk(), w.wv()))) {
            Ops.super.qkvRope(x, w, q, kv, layer);
        } else {
            ops.qkvRope(x, w, q, kv, layer);
        }
    }

    @Override
    public void normGateUp(Tensor x, Weights norm, double eps, Weights gate, Weights up, Tensor hidden) {
        if (adapts(Stream.of(gate, up))) {
            Ops.super.normGateUp(x, norm, eps, gate, up, hidden);
        } else {
            ops.normGateUp(x, norm, eps, gate, up, hidden);
        }
    }

    @Override
    public void gateUp(Tensor x, Weights gate, Weights up, Tensor hidden) {
        if (adapts(Stream.of(gate, up))) {
            Ops.super.gateUp(x, gate, up, hidden);
        } else {
            ops.gateUp(x, gate, up, hidden);
        }
    }

    @Override
    public void moe(Tensor x, Weights router, List<SwiGlu> experts, int perToken, Tensor out) {
        if (adapts(Stream.concat(Stream.of(router), experts.stream().flatMap(SwiGlu::all)))) {
            Ops.super.moe(x, router, experts, perToken, out);
        } else {
            ops.moe(x, router, experts, perToken, out);
        }
    }

    @Override
    public void head(Tensor x, Weights norm, double eps, Weights output) {
        if (adapts(Stream.of(output))) {
            Ops.super.head(x, norm, eps, output);
        } else {
            ops.head(x, norm, eps, output);
        }
    }

    private boolean adapts(Stream<Weights> weights) {
        return weights.anyMatch(weight -> adapter.of(weight) != null);
    }

    @Override
    public Tensor temp(Tensor.Rows rows, int width) {
        return ops.temp(rows, width);
    }

    @Override
    public void release(Tensor temp) {
        ops.release(temp);
    }

    @Override
    public void rmsNorm(Tensor x, Weights weight, double eps, Tensor out) {
        ops.rmsNorm(x, weight, eps, out);
    }

    @Override
    public void rope(Tensor x, RopeFrequencies frequencies) {
        ops.rope(x, frequencies);
    }

    @Override
    public void rmsNormHeads(Tensor x, int headDim, double eps) {
        ops.rmsNormHeads(x, headDim, eps);
    }

    @Override
    public void temper(Tensor q, int floor, double scale) {
        ops.temper(q, floor, scale);
    }

    @Override
    public void writeKv(Tensor keys, Tensor values, KvPool kv, int layer) {
        ops.writeKv(keys, values, kv, layer);
    }

    @Override
    public void attention(Tensor q, KvPool kv, int layer, double scale, int chunk, Tensor out) {
        ops.attention(q, kv, layer, scale, chunk, out);
    }

    @Override
    public void swiGlu(Tensor gate, Tensor up, Tensor out) {
        ops.swiGlu(gate, up, out);
    }

    @Override
    public void route(Tensor logits, int perToken) {
        ops.route(logits, perToken);
    }

    @Override
    public void scaleRows(Tensor x, Tensor factors, int column, Tensor out) {
        ops.scaleRows(x, factors, column, out);
    }

    @Override
    public void selectLogitRows(Tensor x, Tensor out) {
        ops.selectLogitRows(x, out);
    }

    @Override
    public void keepLogits(Tensor logits) {
        ops.keepLogits(logits);
    }
}
