// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (2 s + 1) · point}: each 4 elements have a point of a grid, an index of eight bits in one place and one in another, and
 * four signs; each 32 have s, of four bits.
 */
final class IQ3_SDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 110) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 64; k++) {
                int s = source.get(ValueLayout.JAVA_BYTE, offset + 106 + k / 16) >> (k / 8 % 2 * 4) & 15;
                float scale = d * (1 + 2 * s);
                int low = source.get(ValueLayout.JAVA_BYTE, offset + 2 + k) & 255;
                int high = source.get(ValueLayout.JAVA_BYTE, offset + 66 + k / 8) >> (k % 8) & 1;
                int signs = source.get(ValueLayout.JAVA_BYTE, offset + 74 + k / 2) >> (k % 2 * 4);
                IQGrid.IQ3_S.decode(low | high << 8, signs, scale, target, base + 4 * k);
            }
        }
    }
}
