// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y = d · (q − 1)}, where q is two bits; four elements that are 32 apart share a byte. */
final class TQ2_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 66) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset + 64));
            for (int i = 0; i < 256; i++) {
                int q = source.get(ValueLayout.JAVA_BYTE, offset + i / 128 * 32L + i % 32) >> (i / 32 % 4 * 2) & 3;
                target[base + i] = (q - 1) * d;
            }
        }
    }
}
