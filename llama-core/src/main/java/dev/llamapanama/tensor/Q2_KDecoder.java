// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · s · q − dmin · m}: each 16 elements have a byte of s (low) and m (high), and four elements that are 32 apart
 * share a byte of q.
 */
final class Q2_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 84) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset + 80));
            float dmin = Float.float16ToFloat(source.get(Little.SHORT, offset + 82));
            for (int k = 0; k < 16; k++) {
                int pair = source.get(ValueLayout.JAVA_BYTE, offset + k);
                float scale = d * (pair & 15);
                float min = dmin * (pair >> 4 & 15);
                long quants = offset + 16 + k / 8 * 32L + k % 2 * 16L;
                int shift = k / 2 % 4 * 2;
                for (int l = 0; l < 16; l++) {
                    int q = source.get(ValueLayout.JAVA_BYTE, quants + l) >> shift & 3;
                    target[base + 16 * k + l] = scale * q - min;
                }
            }
        }
    }
}
