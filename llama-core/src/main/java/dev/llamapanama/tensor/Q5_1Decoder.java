// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d · q[i] + m}, with the five bits of q[i] stored as in Q5_0. */
final class Q5_1Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 24) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            float m = Float.float16ToFloat(source.get(Little.SHORT, offset + 2));
            int high = source.get(Little.INT, offset + 4);
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 8 + j);
                target[base + j] = d * ((q & 15) | (high >> j & 1) << 4) + m;
                target[base + j + 16] = d * ((q >> 4 & 15) | (high >> (j + 16) & 1) << 4) + m;
            }
        }
    }
}
