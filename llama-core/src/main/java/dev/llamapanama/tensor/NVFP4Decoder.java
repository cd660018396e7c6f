// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · LEVELS[q]}: four times 16 elements, each with a d that is an unsigned float of four bits of exponent and three of
 * mantissa; of each 16, those that are 8 apart share a byte. The levels are those of MXFP4.
 */
final class NVFP4Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 64, offset += 36) {
            for (int k = 0; k < 4; k++) {
                float d = scale(source.get(ValueLayout.JAVA_BYTE, offset + k));
                for (int j = 0; j < 8; j++) {
                    int q = source.get(ValueLayout.JAVA_BYTE, offset + 4 + 8L * k + j);
                    target[base + 16 * k + j] = MXFP4Decoder.LEVELS[q & 15] * d;
                    target[base + 16 * k + j + 8] = MXFP4Decoder.LEVELS[q >> 4 & 15] * d;
                }
            }
        }
    }

    /** Half of the number, since levels are doubled. The sign bit counts for nothing, and what would be NaN is 0. */
    private static float scale(int bits) {
        int exponent = bits >> 3 & 15;
        int mantissa = bits & 7;
        if (bits == 0x7f) {
            return 0;
        }
        return exponent == 0 ? mantissa * 0x1p-10f : Math.scalb(1 + mantissa / 8f, exponent - 8);
    }
}
