// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[j] = d · LEVELS[low(q[j])]}, {@code y[j + 16] = d · LEVELS[high(q[j])]}, where d is a power of two. */
final class MXFP4Decoder implements BlockDecoder {
    /** The floats of four bits (E2M1), doubled. */
    static final byte[] LEVELS = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 17) {
            float d = powerOfTwo(source.get(ValueLayout.JAVA_BYTE, offset) & 255);
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 1 + j);
                target[base + j] = LEVELS[q & 15] * d;
                target[base + j + 16] = LEVELS[q >> 4 & 15] * d;
            }
        }
    }

    /** Half of what an exponent of eight bits stands for, since levels are doubled: 2^(e − 128), the least two of them subnormal. */
    private static float powerOfTwo(int e) {
        return Float.intBitsToFloat(e < 2 ? 0x200000 << e : (e - 1) << 23);
    }
}
