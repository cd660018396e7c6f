// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[j] = d · low(q[j]) + m}, {@code y[j + 16] = d · high(q[j]) + m}. */
final class Q4_1Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 20) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            float m = Float.float16ToFloat(source.get(Little.SHORT, offset + 2));
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 4 + j);
                target[base + j] = d * (q & 15) + m;
                target[base + j + 16] = d * (q >> 4 & 15) + m;
            }
        }
    }
}
