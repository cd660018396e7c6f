// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (s + ½) / 2 · point}: each 4 elements have a point of a grid, an index of eight bits, and each 32 have their signs and s,
 * of four bits.
 */
final class IQ3_XXSDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 98) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 64; k++) {
                int signs = source.get(Little.INT, offset + 66 + k / 8 * 4L);
                float scale = d * (0.5f + (signs >>> 28)) * 0.5f;
                int index = source.get(ValueLayout.JAVA_BYTE, offset + 2 + k) & 255;
                int own = IQGrid.signs(signs >> (7 * (k / 2 % 4))) >> (k % 2 * 4);
                IQGrid.IQ3_XXS.decode(index, own, scale, target, base + 4 * k);
            }
        }
    }
}
