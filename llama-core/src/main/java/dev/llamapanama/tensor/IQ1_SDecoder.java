// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (2 s + 1) · (point ± ⅛)}: each 8 elements have a point of a grid, an index of eight bits in one place and three in another,
 * and each 32 have s, of three bits, and one sign.
 */
final class IQ1_SDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 50) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 32; k++) {
                int high = source.get(Little.SHORT, offset + 34 + k / 4 * 2L);
                float scale = d * (2 * (high >> 12 & 7) + 1);
                int low = source.get(ValueLayout.JAVA_BYTE, offset + 2 + k) & 255;
                int index = low | (high >> (3 * (k % 4)) & 7) << 8;
                IQGrid.IQ1.decode(index, high < 0 ? -IQGrid.SHIFT : IQGrid.SHIFT, scale, target, base + 8 * k);
            }
        }
    }
}
