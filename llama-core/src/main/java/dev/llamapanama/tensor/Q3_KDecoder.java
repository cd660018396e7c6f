// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (s − 32) · (q − 4)}: the lower two bits of q lie as in Q2_K, and eight elements that are 32 apart share a byte of
 * third bits.
 */
final class Q3_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 110) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset + 108));
            for (int k = 0; k < 16; k++) {
                float scale = d * (scale(source, offset + 96, k) - 32);
                long low = offset + 32 + k / 8 * 32L + k % 2 * 16L;
                int lowShift = k / 2 % 4 * 2;
                long high = offset + k % 2 * 16L;
                int highShift = k / 2;
                for (int l = 0; l < 16; l++) {
                    int lower = source.get(ValueLayout.JAVA_BYTE, low + l) >> lowShift & 3;
                    int upper = source.get(ValueLayout.JAVA_BYTE, high + l) >> highShift & 1;
                    target[base + 16 * k + l] = scale * ((lower | upper << 2) - 4);
                }
            }
        }
    }

    /** Four bits from the first eight bytes, low nibbles before high ones, and two from the last four. */
    private static int scale(MemorySegment source, long offset, int k) {
        int low = source.get(ValueLayout.JAVA_BYTE, offset + k % 8) >> (k / 8 * 4) & 15;
        int high = source.get(ValueLayout.JAVA_BYTE, offset + 8 + k % 4) >> (k / 4 * 2) & 3;
        return low | high << 4;
    }
}
