// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Weights as they are. */
final class F32Kernel extends StreamKernel {

    F32Kernel(Readiness.Policy policy) {
        super(DType.F32, Arrangement.AS_STORED, policy);
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
        for (int i = 0; i < cols; i += FLOATS.length()) {
            FloatVector v = FloatVector.fromArray(FLOATS, x, i);
            long at = 4L * i;
            s0 = FloatVector.fromMemorySegment(FLOATS, w, offset + at, LITTLE).fma(v, s0);
            s1 = FloatVector.fromMemorySegment(FLOATS, w, o1 + at, LITTLE).fma(v, s1);
            s2 = FloatVector.fromMemorySegment(FLOATS, w, o2 + at, LITTLE).fma(v, s2);
            s3 = FloatVector.fromMemorySegment(FLOATS, w, o3 + at, LITTLE).fma(v, s3);
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, FLOATS.length());
        s2.intoArray(sums, 2 * FLOATS.length());
        s3.intoArray(sums, 3 * FLOATS.length());
    }

    @Override
    void decode(StoredWeights weights, int row, int from, int count, float[] target, int start) {
        MemorySegment w = weights.data();
        long offset = row * weights.rowBytes() + 4L * from;
        for (int i = 0; i < count; i += FLOATS.length()) {
            FloatVector.fromMemorySegment(FLOATS, w, offset + 4L * i, LITTLE).intoArray(target, start + i);
        }
    }

    @Override
    void decodeWithLoops(StoredWeights w, int row, short[] halves, float[] target) {
        MemorySegment.copy(w.data(), Little.FLOAT, row * w.rowBytes(), target, 0, target.length);
    }
}
