// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (s + ½) / 4 · point}: each 8 elements have a point of a grid, an index of eight bits in one place and two in another, and
 * a byte of signs; each 16 have s, of four bits.
 */
final class IQ2_SDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 82) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 32; k++) {
                int s = source.get(ValueLayout.JAVA_BYTE, offset + 74 + k / 4) >> (k / 2 % 2 * 4) & 15;
                float scale = d * (0.5f + s) * 0.25f;
                int low = source.get(ValueLayout.JAVA_BYTE, offset + 2 + k) & 255;
                int high = source.get(ValueLayout.JAVA_BYTE, offset + 66 + k / 4) >> (k % 4 * 2) & 3;
                int signs = source.get(ValueLayout.JAVA_BYTE, offset + 34 + k);
                IQGrid.IQ2_S.decode(low | high << 8, signs, scale, target, base + 8 * k);
            }
        }
    }
}
