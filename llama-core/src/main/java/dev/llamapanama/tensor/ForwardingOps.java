// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * Hands each operation on to others. Those that have a default composition are composed, so that what they are made of comes by here too:
 * a subclass that changes a simple operation has changed all, and one that changes nothing undoes what is fused.
 */
public abstract class ForwardingOps implements Ops {
    private final Ops ops;

    /** @param ops that do it */
    protected ForwardingOps(Ops ops) {
        this.ops = ops;
    }

    /** Those that do it. */
    protected final Ops ops() {
        return ops;
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
    public void embed(Weights table, Tensor x) {
        ops.embed(table, x);
    }

    @Override
    public void linear(Tensor in, Weights weight, Epilogue epilogue, Tensor out) {
        ops.linear(in, weight, epilogue, out);
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
