// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y = d · s · q − dmin · m}: each 32 elements have s and m, and two elements that are 32 apart share a byte of q. */
final class Q4_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 144) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            float dmin = Float.float16ToFloat(source.get(Little.SHORT, offset + 2));
            for (int k = 0; k < 8; k++) {
                float scale = d * SixBitPairs.scale(source, offset + 4, k);
                float min = dmin * SixBitPairs.min(source, offset + 4, k);
                long quants = offset + 16 + k / 2 * 32L;
                int shift = k % 2 * 4;
                for (int l = 0; l < 32; l++) {
                    int q = source.get(ValueLayout.JAVA_BYTE, quants + l) >> shift & 15;
                    target[base + 32 * k + l] = scale * q - min;
                }
            }
        }
    }
}
