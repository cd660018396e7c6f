// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d · (q[i] − 16)}; bit i of a 32-bit word is the fifth of q[i], whose others are those of Q4_0. */
final class Q5_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 22) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            int high = source.get(Little.INT, offset + 2);
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 6 + j);
                target[base + j] = d * (((q & 15) | (high >> j & 1) << 4) - 16);
                target[base + j + 16] = d * (((q >> 4 & 15) | (high >> (j + 16) & 1) << 4) - 16);
            }
        }
    }
}
