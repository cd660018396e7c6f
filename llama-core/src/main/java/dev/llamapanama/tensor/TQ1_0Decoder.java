// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * {@code y = d · (trit − 1)}: a byte holds five trits as the digits of a fraction, so that its product with a power of three, cut to
 * a byte, has the next digit in front. The first 32 bytes hold 160 elements, those that are 32 apart in one byte; the next 16 hold
 * 80, 16 apart; the last four hold four trits each, four apart.
 */
final class TQ1_0Decoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 54) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset + 52));
            trits(source, offset, 32, 5, d, target, base);
            trits(source, offset + 32, 16, 5, d, target, base + 160);
            trits(source, offset + 48, 4, 4, d, target, base + 240);
        }
    }

    private static void trits(
            MemorySegment source, long offset, int bytes, int digits, float d, float[] target, int start) {
        int power = 1;
        for (int digit = 0; digit < digits; digit++, power *= 3) {
            for (int i = 0; i < bytes; i++) {
                int fraction = source.get(ValueLayout.JAVA_BYTE, offset + i) * power & 255;
                target[start + digit * bytes + i] = (((fraction * 3) >> 8) - 1) * d;
            }
        }
    }
}
