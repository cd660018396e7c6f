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

/** A bfloat16 is the upper half of a float. The loops are flat for the reason given in {@link F16Kernel}. */
final class BF16Kernel extends VectorMatrixKernel {

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
            IntVector b0 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, offset + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            s0 = b0.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s0);
            IntVector b1 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o1 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            s1 = b1.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s1);
            IntVector b2 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o2 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            s2 = b2.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s2);
            IntVector b3 = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, o3 + at, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            s3 = b3.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().fma(v, s3);
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
            IntVector b = (IntVector) ShortVector.fromMemorySegment(SHORTS, w, offset + 2L * i, LITTLE)
                    .convertShape(VectorOperators.S2I, INTS, 0);
            b.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(target, start + i);
        }
        weights.type().decode(w, offset + 2L * whole, target, start + whole, count - whole);
    }
}
