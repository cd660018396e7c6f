// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.BYTES;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.tensor.cpu.Lanes.INTS;
import static dev.llamapanama.tensor.cpu.Lanes.LITTLE;
import static dev.llamapanama.tensor.cpu.Lanes.PARTS;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** {@code d · (nibble − 8)}, exact in a float; first the 16 low nibbles of a block, then the 16 high ones. */
final class Q4_0Kernel extends VectorMatrixKernel {
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = 18;
    /** Bytes of a block that hold nibbles, and the distance of the two elements of a byte. */
    private static final int NIBBLES = 16;

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
            for (int shift = 0; shift < 8; shift += 4) {
                for (int i = 0; i < NIBBLES; i += BYTES.length()) {
                    long q = at + 2 + i;
                    ByteVector q0 = ByteVector.fromMemorySegment(BYTES, w, offset + q, LITTLE);
                    ByteVector q1 = ByteVector.fromMemorySegment(BYTES, w, o1 + q, LITTLE);
                    ByteVector q2 = ByteVector.fromMemorySegment(BYTES, w, o2 + q, LITTLE);
                    ByteVector q3 = ByteVector.fromMemorySegment(BYTES, w, o3 + q, LITTLE);
                    for (int part = 0; part < PARTS; part++) {
                        int column = block + shift * (NIBBLES / 4) + i + part * FLOATS.length();
                        FloatVector v = FloatVector.fromArray(FLOATS, x, column);
                        IntVector n0 = (IntVector) q0.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
                        IntVector n1 = (IntVector) q1.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
                        IntVector n2 = (IntVector) q2.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
                        IntVector n3 = (IntVector) q3.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
                        n0 = n0.lanewise(VectorOperators.LSHR, shift).and(15).sub(8);
                        n1 = n1.lanewise(VectorOperators.LSHR, shift).and(15).sub(8);
                        n2 = n2.lanewise(VectorOperators.LSHR, shift).and(15).sub(8);
                        n3 = n3.lanewise(VectorOperators.LSHR, shift).and(15).sub(8);
                        s0 = ((FloatVector) n0.convertShape(VectorOperators.I2F, FLOATS, 0))
                                .mul(d0)
                                .fma(v, s0);
                        s1 = ((FloatVector) n1.convertShape(VectorOperators.I2F, FLOATS, 0))
                                .mul(d1)
                                .fma(v, s1);
                        s2 = ((FloatVector) n2.convertShape(VectorOperators.I2F, FLOATS, 0))
                                .mul(d2)
                                .fma(v, s2);
                        s3 = ((FloatVector) n3.convertShape(VectorOperators.I2F, FLOATS, 0))
                                .mul(d3)
                                .fma(v, s3);
                    }
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
            for (int shift = 0; shift < 8; shift += 4) {
                for (int i = 0; i < NIBBLES; i += BYTES.length()) {
                    ByteVector q = ByteVector.fromMemorySegment(BYTES, w, at + 2 + i, LITTLE);
                    for (int part = 0; part < PARTS; part++) {
                        IntVector n = (IntVector) q.convertShape(VectorOperators.ZERO_EXTEND_B2I, INTS, part);
                        n = n.lanewise(VectorOperators.LSHR, shift).and(15).sub(8);
                        ((FloatVector) n.convertShape(VectorOperators.I2F, FLOATS, 0))
                                .mul(d)
                                .intoArray(target, block + shift * (NIBBLES / 4) + i + part * FLOATS.length());
                    }
                }
            }
        }
    }
}
