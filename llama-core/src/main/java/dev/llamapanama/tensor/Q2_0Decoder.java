// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d · (q − 1)}, where q is two bits; those of four elements in a row share a byte. */
final class Q2_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 64, offset += 18) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int i = 0; i < 64; i++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + 2 + i / 4) >> (i % 4 * 2) & 3;
                target[base + i] = (q - 1) * d;
            }
        }
    }
}
