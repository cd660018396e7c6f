// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@code y[i] = d · q[i]}, where d is a float; the sums of each 16 quants behind them serve products only. */
final class Q8_KDecoder implements BlockDecoder {
    @Override
    public void decode(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int base = start; base < start + count; base += 256, offset += 292) {
            float d = source.get(Little.FLOAT, offset);
            for (int i = 0; i < 256; i++) {
                target[base + i] = d * source.get(ValueLayout.JAVA_BYTE, offset + 4 + i);
            }
        }
    }
}
