// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d} where bit i is set, else {@code −d}; bits count from the lowest of each byte. */
final class Q1_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 128, offset += 18) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int i = 0; i < 128; i++) {
                int bit = source.get(ValueLayout.JAVA_BYTE, offset + 2 + i / 8) >> (i % 8) & 1;
                target[base + i] = bit == 0 ? -d : d;
            }
        }
    }
}
