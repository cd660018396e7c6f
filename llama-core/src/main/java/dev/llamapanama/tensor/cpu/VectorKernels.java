// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.INTS;
import static dev.llamapanama.tensor.cpu.Lanes.SHORTS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** The inner loops on the Vector API. No vector leaves a method, and none is reduced in an order that the JIT may choose. */
final class VectorKernels implements Kernels {
    private static final ByteOrder NATIVE = ByteOrder.nativeOrder();

    private final Map<DType, MatrixKernel> matrices = new EnumMap<>(DType.class);
    private final Map<DType, PackedKernel> packed;

    /**
     * @param policy how the kernels of products get ready
     */
    VectorKernels(Readiness.Policy policy) {
        for (DType type : DType.values()) {
            matrices.put(type, matrix(type, policy));
        }
        packed = Stream.of(
                        new Q8_0PackedKernel(policy),
                        new Q4_0PackedKernel(policy),
                        new Q4_1PackedKernel(policy),
                        new Q5_0PackedKernel(policy),
                        new Q5_1PackedKernel(policy),
                        new Q2_KPackedKernel(policy),
                        new Q3_KPackedKernel(policy),
                        new Q4_KPackedKernel(policy),
                        new Q5_KPackedKernel(policy),
                        new Q6_KPackedKernel(policy),
                        new IQ4_NLPackedKernel(policy),
                        new IQ4_XSPackedKernel(policy))
                .collect(Collectors.toUnmodifiableMap(kernel -> kernel.layout().type(), Function.identity()));
    }

    private static MatrixKernel matrix(DType type, Readiness.Policy policy) {
        return switch (type) {
            case F32 -> new F32Kernel(policy);
            case F16 -> new F16Kernel(policy);
            case BF16 -> new BF16Kernel(policy);
            default -> new DecodingKernel(type, policy);
        };
    }

    static String describe() {
        return "Vector API, " + Lanes.bits() + "-bit";
    }

    @Override
    public String description() {
        return describe();
    }

    @Override
    public MatrixKernel matrix(DType type) {
        return Objects.requireNonNull(matrices.get(type));
    }

    @Override
    public @Nullable PackedKernel packed(DType type) {
        return packed.get(type);
    }

    @Override
    public void rmsNorm(float[] x, int o, float[] weight, double eps, float[] out) {
        int n = weight.length;
        FloatVector squares = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i < FLOATS.loopBound(n); i += FLOATS.length()) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, o + i);
            squares = v.fma(v, squares);
        }
        float sum = Lanes.sum(squares);
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
            g.div(Lanes.exp(g.neg()).add(1)).mul(u).intoArray(out, i);
        }
        if (i < to) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, to);
            FloatVector g = FloatVector.fromArray(FLOATS, gate, i, rest);
            FloatVector u = FloatVector.fromArray(FLOATS, up, i, rest);
            g.div(Lanes.exp(g.neg()).add(1)).mul(u).intoArray(out, i, rest);
        }
    }

    @Override
    public void decode(
            DType type, MemorySegment source, long offset, int rows, int count, float[] target, int start, int stride) {
        int whole = FLOATS.loopBound(count);
        if (type == DType.F16 && whole == count) {
            halves(source, offset, rows * count, count, target, start, stride);
            return;
        }
        for (int row = 0; row < rows; row++) {
            long from = offset + type.bytes((long) row * count);
            int to = start + row * stride;
            if (type == DType.F32) {
                MemorySegment.copy(source, JAVA_FLOAT, from, target, to, count);
                continue;
            }
            halves(source, from, whole, count, target, to, stride);
            for (int i = whole; i < count; i++) {
                target[to + i] = Float.float16ToFloat(source.get(JAVA_SHORT, from + (long) Short.BYTES * i));
            }
        }
    }

    /**
     * So many halves, whole vectors of them, in rows of {@code count}. They are rounded by {@link KvWriter} and not subnormal: the bits of one, shifted to those of a float, are its
     * value times 2^−112. A single loop, because rows are short.
     */
    private static void halves(
            MemorySegment source, long offset, int elements, int count, float[] target, int start, int stride) {
        int end = count;
        int to = start;
        for (int i = 0; i < elements / FLOATS.length(); i++) {
            IntVector half = (IntVector) ShortVector.fromMemorySegment(
                            SHORTS, source, offset + (long) Short.BYTES * FLOATS.length() * i, NATIVE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            FloatVector value = half.lanewise(VectorOperators.LSHL, 13)
                    .and(0x8fffe000)
                    .reinterpretAsFloats()
                    .mul(0x1p112f);
            // NaN of damaged weights comes out beyond the largest half, and has to stay NaN.
            VectorMask<Float> number = value.abs().compare(VectorOperators.LE, KvWriter.MOST);
            FloatVector.broadcast(FLOATS, Float.NaN).blend(value, number).intoArray(target, to);
            to += FLOATS.length();
            end -= FLOATS.length();
            if (end == 0) {
                end = count;
                to += stride - count;
            }
        }
    }

    @Override
    public int tileWidth() {
        return 2 * FLOATS.length();
    }

    @Override
    public void multiply(
            float[] panel,
            int p,
            int stride,
            float[] x,
            int xo,
            int xs,
            int cols,
            int tokens,
            float[] sums,
            int to,
            int width) {
        for (int j = 0; j < width; j += 2 * FLOATS.length()) {
            int step = 0;
            for (int t = 0; t < tokens; t += step) {
                step = Lanes.tileTokens(tokens - t);
                if (step == 4) {
                    Tiles.plain4(panel, p + j, stride, x, xo + t * xs, xs, cols, sums, to + t * width + j, width);
                } else {
                    Tiles.plain8(panel, p + j, stride, x, xo + t * xs, xs, cols, sums, to + t * width + j, width);
                }
            }
        }
    }

    @Override
    public float max(float[] x, int from, int count) {
        float max = Float.NEGATIVE_INFINITY;
        int i = from;
        if (count >= FLOATS.length()) {
            FloatVector vector = FloatVector.fromArray(FLOATS, x, i);
            for (i += FLOATS.length(); i + FLOATS.length() <= from + count; i += FLOATS.length()) {
                vector = vector.max(FloatVector.fromArray(FLOATS, x, i));
            }
            max = vector.reduceLanes(VectorOperators.MAX);
        }
        for (; i < from + count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }

    @Override
    public float exponentiate(float[] x, int from, int count, float max) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = from;
        for (; i + FLOATS.length() <= from + count; i += FLOATS.length()) {
            FloatVector y = Lanes.exp(FloatVector.fromArray(FLOATS, x, i).sub(max));
            y.intoArray(x, i);
            sums = sums.add(y);
        }
        if (i < from + count) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, from + count);
            FloatVector y = Lanes.exp(FloatVector.fromArray(FLOATS, x, i, rest).sub(max));
            y.intoArray(x, i, rest);
            sums = sums.add(y, rest);
        }
        return Lanes.sum(sums);
    }

    @Override
    public void scale(float[] x, int from, int count, float factor) {
        int i = from;
        for (; i + FLOATS.length() <= from + count; i += FLOATS.length()) {
            FloatVector.fromArray(FLOATS, x, i).mul(factor).intoArray(x, i);
        }
        for (; i < from + count; i++) {
            x[i] *= factor;
        }
    }
}
