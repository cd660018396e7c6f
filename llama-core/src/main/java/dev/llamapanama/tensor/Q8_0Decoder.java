// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d · q[i]}. */
final class Q8_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = 0; base < count; base += 32, offset += 34) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int i = 0; i < 32; i++) {
                target[start + base + i] = d * source.get(ValueLayout.JAVA_BYTE, offset + 2 + i);
            }
        }
    }
}
