// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[j] = d · LEVELS[low(q[j])]}, {@code y[j + 16] = d · LEVELS[high(q[j])]}. */
final class IQ4_NLDecoder implements BlockDecoder {
    /** Dense near zero, as weights are. */
    static final byte[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 32, offset += 18) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int j = 0; j < 16; j++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 2 + j);
                target[base + j] = d * LEVELS[q & 15];
                target[base + j + 16] = d * LEVELS[q >> 4 & 15];
            }
        }
    }
}
