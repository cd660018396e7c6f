// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[j] = d · (low(q[j]) − 8)}, {@code y[j + 16] = d · (high(q[j]) − 8)}. */
final class Q4_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 18) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 2 + j);
                target[base + j] = d * ((q & 15) - 8);
                target[base + j + 16] = d * ((q >> 4 & 15) - 8);
            }
        }
    }
}
