// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The inner loops on the Vector API. No vector leaves a method, and none is reduced in an order that the JIT may choose. */
final class VectorKernels implements Kernels {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    private final Map<DType, MatrixKernel> matrices = Map.of(
            DType.F32, new F32Kernel(),
            DType.F16, new F16Kernel(),
            DType.BF16, new BF16Kernel(),
            DType.Q8_0, new Q8_0Kernel(),
            DType.Q4_0, new Q4_0Kernel());

    static String describe() {
        return "Vector API, " + Lanes.bits() + "-bit";
    }

    @Override
    public String description() {
        return describe();
    }

    @Override
    public MatrixKernel matrix(DType type) {
        return matrices.getOrDefault(type, new ScalarMatrixKernel());
    }

    @Override
    public void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out) {
        int n = weight.length;
        float[] lanes = new float[Lanes.COUNT];
        FloatVector squares = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i < FLOATS.loopBound(n); i += FLOATS.length()) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, o + i);
            squares = v.fma(v, squares);
        }
        squares.intoArray(lanes, 0);
        float sum = Lanes.fold(lanes, 0);
        for (; i < n; i++) {
            sum = Math.fma(x[o + i], x[o + i], sum);
        }
        float factor = (float) (1 / Math.sqrt(sum / (double) n + eps));
        for (i = 0; i < FLOATS.loopBound(n); i += FLOATS.length()) {
            FloatVector.fromArray(FLOATS, x, o + i)
                    .mul(factor)
                    .mul(FloatVector.fromArray(FLOATS, weight, i))
                    .intoArray(out, o + i);
        }
        for (; i < n; i++) {
            out[o + i] = x[o + i] * factor * weight[i];
        }
    }

    @Override
    public void swiGlu(float[] gate, float[] up, float[] out, int from, int to) {
        int i = from;
        for (; i + FLOATS.length() <= to; i += FLOATS.length()) {
            FloatVector g = FloatVector.fromArray(FLOATS, gate, i);
            FloatVector u = FloatVector.fromArray(FLOATS, up, i);
            g.div(exp(g.neg()).add(1)).mul(u).intoArray(out, i);
        }
        if (i < to) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, to);
            FloatVector g = FloatVector.fromArray(FLOATS, gate, i, rest);
            FloatVector u = FloatVector.fromArray(FLOATS, up, i, rest);
            g.div(exp(g.neg()).add(1)).mul(u).intoArray(out, i, rest);
        }
    }

    @Override
    public void scores(
            float[] q, int qo, MemorySegment keys, long offset, int headDim, float scale, float[] scores, int s) {
        for (int j = 0; j < PAGE_TOKENS; j += FLOATS.length()) {
            FloatVector even = FloatVector.zero(FLOATS);
            FloatVector odd = FloatVector.zero(FLOATS);
            long at = offset + 4L * j;
            for (int d = 0; d < headDim; d += 2) {
                FloatVector k0 = FloatVector.fromMemorySegment(FLOATS, keys, at + 4L * PAGE_TOKENS * d, NATIVE);
                FloatVector k1 = FloatVector.fromMemorySegment(FLOATS, keys, at + 4L * PAGE_TOKENS * (d + 1), NATIVE);
                even = k0.fma(FloatVector.broadcast(FLOATS, q[qo + d]), even);
                odd = k1.fma(FloatVector.broadcast(FLOATS, q[qo + d + 1]), odd);
            }
            even.add(odd).mul(scale).intoArray(scores, s + j);
        }
    }

    @Override
    public void softmax(float[] scores, int s, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = s; i < s + count; i++) {
            max = Math.max(max, scores[i]);
        }
        int end = s + count;
        int at = s;
        for (; at + FLOATS.length() <= end; at += FLOATS.length()) {
            exp(FloatVector.fromArray(FLOATS, scores, at).sub(max)).intoArray(scores, at);
        }
        if (at < end) {
            VectorMask<Float> rest = FLOATS.indexInRange(at, end);
            exp(FloatVector.fromArray(FLOATS, scores, at, rest).sub(max)).intoArray(scores, at, rest);
        }
        double sum = 0;
        for (int i = s; i < s + count; i++) {
            sum += scores[i];
        }
        float factor = (float) (1 / sum);
        for (int i = s; i < s + count; i++) {
            scores[i] *= factor;
        }
    }

    @Override
    public void mix(float[] p, int s, MemorySegment values, long offset, int headDim, int count, float[] out, int o) {
        int d = 0;
        for (; d < FLOATS.loopBound(headDim); d += FLOATS.length()) {
            FloatVector sum = FloatVector.fromArray(FLOATS, out, o + d);
            for (int j = 0; j < count; j++) {
                FloatVector v =
                        FloatVector.fromMemorySegment(FLOATS, values, offset + 4L * ((long) j * headDim + d), NATIVE);
                sum = v.fma(FloatVector.broadcast(FLOATS, p[s + j]), sum);
            }
            sum.intoArray(out, o + d);
        }
        for (; d < headDim; d++) {
            float sum = out[o + d];
            for (int j = 0; j < count; j++) {
                float v = values.getAtIndex(JAVA_FLOAT, offset / 4 + (long) j * headDim + d);
                sum = Math.fma(v, p[s + j], sum);
            }
            out[o + d] = sum;
        }
    }

    /**
     * e^x to 2 units in the last place by the polynomial of the Cephes library ({@code expf}); the operator {@code EXP} of the
     * Vector API gives other bits when interpreted than when compiled.
     */
    private static FloatVector exp(FloatVector x) {
        FloatVector bounded = x.max(-87.3f).min(88.3f);
        FloatVector magic = FloatVector.broadcast(FLOATS, 0x1.8p23f);
        FloatVector rounded = bounded.fma(FloatVector.broadcast(FLOATS, 1.442695f), magic);
        FloatVector k = rounded.sub(magic);
        FloatVector r = k.fma(FloatVector.broadcast(FLOATS, -0.6933594f), bounded);
        r = k.fma(FloatVector.broadcast(FLOATS, 2.1219444e-4f), r);
        FloatVector y = FloatVector.broadcast(FLOATS, 1.9875691e-4f);
        y = y.fma(r, FloatVector.broadcast(FLOATS, 1.3981999e-3f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 8.333452e-3f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 4.1665796e-2f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 0.16666666f));
        y = y.fma(r, FloatVector.broadcast(FLOATS, 0.5f));
        y = y.fma(r.mul(r), r).add(1);
        return y.reinterpretAsInts()
                .add(rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23))
                .reinterpretAsFloats();
    }
}
