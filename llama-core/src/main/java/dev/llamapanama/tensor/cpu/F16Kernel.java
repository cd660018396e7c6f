// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.INTS;
import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;
import static dev.llamapanama.tensor.cpu.Lanes.SHORTS;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * A half with its exponent rebased is a float, but for subnormals, which come out as {@code o = 2^−15 (1 + f)} in place of
 * {@code 2^−14 f}, that is {@code 2 o − 2^−14}. That is less than {@code o} for them and not for any other, so the smaller is the value.
 * The shorter way, multiplying the shifted bits by {@code 2^112}, makes floats that are subnormal themselves, for which many
 * processors take a hundred times as long. Infinities and NaNs, which no trained weight is, come out as large numbers.
 *
 * <p>The formula stands in the loops line by line: as a method it is not inlined four times, and vectors that leave a method are
 * objects.
 */
final class F16Kernel extends VectorMatrixKernel {
    private static final int SIGN = 0x80000000;
    private static final int MAGNITUDE = 0x7fff;
    private static final int REBASE = (127 - 15) << 23;

    @Override
    void four(MemorySegment w, long offset, long step, float[] x, int cols, float[] sums) {
        long o1 = offset + step;
        long o2 = o1 + step;
        long o3 = o2 + step;
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < FLOATS.loopBound(cols); i += FLOATS.length()) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            long at = 2L * i;
            IntVector h0 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, offset + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector f0 = h0.and(MAGNITUDE).lanewise(VectorOperators.LSHL, 13).add(REBASE);
            IntVector subnormal0 = f0.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
            s0 = f0.min(subnormal0).or(h0.and(SIGN)).reinterpretAsFloats().fma(v, s0);
            IntVector h1 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o1 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector f1 = h1.and(MAGNITUDE).lanewise(VectorOperators.LSHL, 13).add(REBASE);
            IntVector subnormal1 = f1.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
            s1 = f1.min(subnormal1).or(h1.and(SIGN)).reinterpretAsFloats().fma(v, s1);
            IntVector h2 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o2 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector f2 = h2.and(MAGNITUDE).lanewise(VectorOperators.LSHL, 13).add(REBASE);
            IntVector subnormal2 = f2.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
            s2 = f2.min(subnormal2).or(h2.and(SIGN)).reinterpretAsFloats().fma(v, s2);
            IntVector h3 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o3 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector f3 = h3.and(MAGNITUDE).lanewise(VectorOperators.LSHL, 13).add(REBASE);
            IntVector subnormal3 = f3.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
            s3 = f3.min(subnormal3).or(h3.and(SIGN)).reinterpretAsFloats().fma(v, s3);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, FLOATS.length());
        s2.intoArray(sums, 2 * FLOATS.length());
        s3.intoArray(sums, 3 * FLOATS.length());
    }

    @Override
    void decode(StoredWeights weights, int row, int from, int count, float[] target, int start) {
        MemorySegment w = weights.data();
        long offset = row * weights.rowBytes() + 2L * from;
        int whole = FLOATS.loopBound(count);
        for (int i = 0; i < whole; i += FLOATS.length()) {
            IntVector h = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, offset + 2L * i, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            IntVector f = h.and(MAGNITUDE).lanewise(VectorOperators.LSHL, 13).add(REBASE);
            IntVector subnormal = f.reinterpretAsFloats().mul(2).sub(0x1p-14f).reinterpretAsInts();
            f.min(subnormal).or(h.and(SIGN)).reinterpretAsFloats().intoArray(target, start + i);
        }
        weights.type().decode(w, offset + 2L * whole, target, start + whole, count - whole);
    }
}
