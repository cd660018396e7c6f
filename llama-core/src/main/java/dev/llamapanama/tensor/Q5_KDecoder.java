// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** As Q4_K, and eight elements that are 32 apart share a byte of fifth bits of q. */
final class Q5_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 176) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            float dmin = Float.float16ToFloat(source.get(Little.SHORT, offset + 2));
            for (int k = 0; k < 8; k++) {
                float scale = d * SixBitPairs.scale(source, offset + 4, k);
                float min = dmin * SixBitPairs.min(source, offset + 4, k);
                long low = offset + 48 + k / 2 * 32L;
                int lowShift = k % 2 * 4;
                for (int l = 0; l < 32; l++) {
                    int lower = source.get(ValueLayout.JAVA_BYTE, low + l) >> lowShift & 15;
                    int upper = source.get(ValueLayout.JAVA_BYTE, offset + 16 + l) >> k & 1;
                    target[base + 32 * k + l] = scale * (lower | upper << 4) - min;
                }
            }
        }
    }
}
