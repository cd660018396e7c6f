// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · s · (q − 32)}: each 16 elements have a signed byte s, two elements that are 64 apart share a byte of lower halves
 * of q, and four that are 32 apart one of upper pairs of bits.
 */
final class Q6_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 210) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset + 208));
            for (int k = 0; k < 16; k++) {
                float scale = d * source.get(ValueLayout.JAVA_BYTE, offset + 192 + k);
                long low = offset + k / 8 * 64L + k % 4 * 16L;
                int lowShift = k / 4 % 2 * 4;
                long high = offset + 128 + k / 8 * 32L + k % 2 * 16L;
                int highShift = k / 2 % 4 * 2;
                for (int l = 0; l < 16; l++) {
                    int lower = source.get(ValueLayout.JAVA_BYTE, low + l) >> lowShift & 15;
                    int upper = source.get(ValueLayout.JAVA_BYTE, high + l) >> highShift & 3;
                    target[base + 16 * k + l] = scale * ((lower | upper << 4) - 32);
                }
            }
        }
    }
}
