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

/** A bfloat16 is the upper half of a float. */
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
            s0 = load(w, offset + at).fma(v, s0);
            s1 = load(w, o1 + at).fma(v, s1);
            s2 = load(w, o2 + at).fma(v, s2);
            s3 = load(w, o3 + at).fma(v, s3);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, FLOATS.length());
        s2.intoArray(sums, 2 * FLOATS.length());
        s3.intoArray(sums, 3 * FLOATS.length());
    }

    @Override
    void decode(StoredWeights weights, int row, float[] target, int start) {
        MemorySegment w = weights.data();
        long offset = row * weights.rowBytes();
        int cols = weights.cols();
        int whole = FLOATS.loopBound(cols);
        for (int i = 0; i < whole; i += FLOATS.length()) {
            load(w, offset + 2L * i).intoArray(target, start + i);
        }
        weights.type().decode(w, offset + 2L * whole, target, start + whole, cols - whole);
    }

    private static FloatVector load(MemorySegment w, long at) {
        ShortVector halves = ShortVector.fromMemorySegment(SHORTS, w, at, LITTLE);
        IntVector bits = (IntVector) halves.convertShape(VectorOperators.S2I, INTS, 0);
        return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }
}
