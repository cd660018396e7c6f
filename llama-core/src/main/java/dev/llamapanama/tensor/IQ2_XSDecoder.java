// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (s + ½) / 4 · point}: each 8 elements have a point of a grid, an index of nine bits and its signs, and each 16 have s, of
 * four bits.
 */
final class IQ2_XSDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 74) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 32; k++) {
                int s = source.get(ValueLayout.JAVA_BYTE, offset + 66 + k / 4) >> (k / 2 % 2 * 4) & 15;
                float scale = d * (0.5f + s) * 0.25f;
                int q = source.get(Little.SHORT, offset + 2 + 2L * k);
                IQGrid.IQ2_XS.decode(q & 511, IQGrid.signs(q >> 9), scale, target, base + 8 * k);
            }
        }
    }
}
