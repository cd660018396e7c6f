// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.BYTES;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;
import static dev.llamapanama.tensor.cpu.Lanes.PARTS;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@code d · q}: exact in a float, since 11 and 8 significant bits make 19. */
final class Q8_0Kernel extends VectorMatrixKernel {
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = 34;

    @Override
    void four(MemorySegment w, long offset, long step, float[] x, int cols, float[] sums) {
        long o1 = offset + step;
        long o2 = o1 + step;
        long o3 = o2 + step;
        FloatVector s0 = FloatVector.zero(FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int blocks = cols / BLOCK;
        for (int b = 0; b < blocks; b++) {
            long at = (long) BLOCK_BYTES * b;
            int block = BLOCK * b;
            float d0 = Float.float16ToFloat(w.get(Little.SHORT, offset + at));
            float d1 = Float.float16ToFloat(w.get(Little.SHORT, o1 + at));
            float d2 = Float.float16ToFloat(w.get(Little.SHORT, o2 + at));
            float d3 = Float.float16ToFloat(w.get(Little.SHORT, o3 + at));
            for (int i = 0; i < BLOCK; i += BYTES.length()) {
                long q = at + 2 + i;
                ByteVector q0 = ByteVector.fromMemorySegment(BYTES, w, offset + q, LITTLE);
                ByteVector q1 = ByteVector.fromMemorySegment(BYTES, w, o1 + q, LITTLE);
                ByteVector q2 = ByteVector.fromMemorySegment(BYTES, w, o2 + q, LITTLE);
                ByteVector q3 = ByteVector.fromMemorySegment(BYTES, w, o3 + q, LITTLE);
                for (int part = 0; part < PARTS; part++) {
                    FloatVector v = FloatVector.fromArray(FLOATS, x, block + i + part * FLOATS.length());
                    s0 = ((FloatVector) q0.convertShape(VectorOperators.B2F, FLOATS, part))
                            .mul(d0)
                            .fma(v, s0);
                    s1 = ((FloatVector) q1.convertShape(VectorOperators.B2F, FLOATS, part))
                            .mul(d1)
                            .fma(v, s1);
                    s2 = ((FloatVector) q2.convertShape(VectorOperators.B2F, FLOATS, part))
                            .mul(d2)
                            .fma(v, s2);
                    s3 = ((FloatVector) q3.convertShape(VectorOperators.B2F, FLOATS, part))
                            .mul(d3)
                            .fma(v, s3);
                }
            }
        }
        s0.intoArray(sums, 0);
        s1.intoArray(sums, FLOATS.length());
        s2.intoArray(sums, 2 * FLOATS.length());
        s3.intoArray(sums, 3 * FLOATS.length());
    }

    @Override
    void decode(CpuWeights weights, int row, float[] target, int start) {
        MemorySegment w = weights.data();
        long offset = row * weights.rowBytes();
        int blocks = weights.cols() / BLOCK;
        for (int b = 0; b < blocks; b++) {
            long at = offset + (long) BLOCK_BYTES * b;
            int block = start + BLOCK * b;
            float d = Float.float16ToFloat(w.get(Little.SHORT, at));
            for (int i = 0; i < BLOCK; i += BYTES.length()) {
                ByteVector q = ByteVector.fromMemorySegment(BYTES, w, at + 2 + i, LITTLE);
                for (int part = 0; part < PARTS; part++) {
                    ((FloatVector) q.convertShape(VectorOperators.B2F, FLOATS, part))
                            .mul(d)
                            .intoArray(target, block + i + part * FLOATS.length());
                }
            }
        }
    }
}
