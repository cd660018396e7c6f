// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y = d · (s − 32) · LEVELS[q]}: nibbles and levels are those of IQ4_NL, and each 32 elements have s, of six bits. */
final class IQ4_XSDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 136) {
            float d = Float.float16ToFloat(source.get(Little.SHORT, offset));
            int high = source.get(Little.SHORT, offset + 2);
            for (int k = 0; k < 8; k++) {
                int low = source.get(ValueLayout.JAVA_BYTE, offset + 4 + k / 2) >> (k % 2 * 4) & 15;
                float scale = d * ((low | (high >> (2 * k) & 3) << 4) - 32);
                for (int j = 0; j < 16; j++) {
                    int q = source.get(ValueLayout.JAVA_BYTE, offset + 8 + 16L * k + j);
                    target[base + 32 * k + j] = scale * IQ4_NLDecoder.LEVELS[q & 15];
                    target[base + 32 * k + j + 16] = scale * IQ4_NLDecoder.LEVELS[q >> 4 & 15];
                }
            }
        }
    }
}
