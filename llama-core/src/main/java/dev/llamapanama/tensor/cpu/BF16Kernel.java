// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.INTS;
import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** A bfloat16 is the upper half of a float. The loops are flat for the reason given in {@link F16Kernel}. */
final class BF16Kernel extends StreamKernel {
    private static final int UPPER = 0xffff0000;

    BF16Kernel(Readiness.Policy policy) {
        super(DType.BF16, new Arrangement(2, 1), policy);
    }

    @Override
    void four(MemorySegment w, long offset, long step, float[] x, int cols, float[] sums) {
        long o1 = offset + step;
        long o2 = o1 + step;
        long o3 = o2 + step;
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < cols; i += 2 * COUNT) {
            FloatVector even = FloatVector.fromArray(FLOATS, x, i);
            FloatVector odd = FloatVector.fromArray(FLOATS, x, i + COUNT);
            IntVector h0 = IntVector.fromMemorySegment(INTS, w, offset + 2L * i, LITTLE);
            s0 = h0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, s0);
            s0 = h0.and(UPPER).reinterpretAsFloats().fma(odd, s0);
            IntVector h1 = IntVector.fromMemorySegment(INTS, w, o1 + 2L * i, LITTLE);
            s1 = h1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, s1);
            s1 = h1.and(UPPER).reinterpretAsFloats().fma(odd, s1);
            IntVector h2 = IntVector.fromMemorySegment(INTS, w, o2 + 2L * i, LITTLE);
            s2 = h2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, s2);
            s2 = h2.and(UPPER).reinterpretAsFloats().fma(odd, s2);
            IntVector h3 = IntVector.fromMemorySegment(INTS, w, o3 + 2L * i, LITTLE);
            s3 = h3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(even, s3);
            s3 = h3.and(UPPER).reinterpretAsFloats().fma(odd, s3);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, COUNT);
        s2.intoArray(sums, 2 * COUNT);
        s3.intoArray(sums, 3 * COUNT);
    }

    @Override
    void decode(StoredWeights weights, int row, int from, int count, float[] target, int start) {
        MemorySegment w = weights.data();
        long offset = row * weights.rowBytes() + 2L * from;
        for (int i = 0; i < count; i += 2 * COUNT) {
            IntVector h = IntVector.fromMemorySegment(INTS, w, offset + 2L * i, LITTLE);
            h.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(target, start + i);
            h.and(UPPER).reinterpretAsFloats().intoArray(target, start + i + COUNT);
        }
    }

    @Override
    void decodeWithLoops(StoredWeights w, int row, short[] halves, float[] target) {
        MemorySegment.copy(w.data(), Little.SHORT, row * w.rowBytes(), halves, 0, halves.length);
        for (int i = 0; i < halves.length; i++) {
            target[i] = Float.intBitsToFloat(halves[i] << 16);
        }
    }
}
