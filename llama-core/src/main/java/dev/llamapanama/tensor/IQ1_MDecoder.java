// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (2 s + 1) · (point ± ⅛)}: each 8 elements have a point of the grid of IQ1_S, an index of eight bits in one place and three
 * in another, and a sign; each 16 have s, of three bits. What is left of the four words of these holds d.
 */
final class IQ1_MDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 56) {
            float d = scale(source, offset + 48);
            for (int k = 0; k < 32; k++) {
                int s = source.get(Little.SHORT, offset + 48 + k / 8 * 2L) >> (k / 2 % 4 * 3) & 7;
                float scale = d * (2 * s + 1);
                int low = source.get(ValueLayout.JAVA_BYTE, offset + k) & 255;
                int high = source.get(ValueLayout.JAVA_BYTE, offset + 32 + k / 2) >> (k % 2 * 4);
                float shift = (high & 8) == 0 ? IQGrid.SHIFT : -IQGrid.SHIFT;
                IQGrid.IQ1.decode(low | (high & 7) << 8, shift, scale, target, base + 8 * k);
            }
        }
    }

    /** The upper four bits of each word, lowest first. */
    private static float scale(MemorySegment source, long offset) {
        int bits = 0;
        for (int i = 0; i < 4; i++) {
            bits |= (source.get(Little.SHORT, offset + 2L * i) >> 12 & 15) << (4 * i);
        }
        return Float.float16ToFloat((short) bits);
    }
}
