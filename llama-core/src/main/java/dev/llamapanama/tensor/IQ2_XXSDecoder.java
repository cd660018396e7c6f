// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

/**
 * {@code y = d · (s + ½) / 4 · point}: each 32 elements have four points of a grid, an index of eight bits for each, their signs, and s,
 * of four bits.
 */
final class IQ2_XXSDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 66) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            for (int k = 0; k < 8; k++) {
                int indices = source.get(Little.INT, offset + 2 + 8L * k);
                int signs = source.get(Little.INT, offset + 6 + 8L * k);
                float scale = d * (0.5f + (signs >>> 28)) * 0.25f;
                for (int l = 0; l < 4; l++) {
                    IQGrid.IQ2_XXS.decode(
                            indices >> (8 * l) & 255,
                            IQGrid.signs(signs >> (7 * l)),
                            scale,
                            target,
                            base + 32 * k + 8 * l);
                }
            }
        }
    }
}
