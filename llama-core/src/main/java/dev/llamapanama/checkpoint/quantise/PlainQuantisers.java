// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;

/** Types that store each number by itself: rounded to the nearest, ties to even. */
final class PlainQuantisers {
    private PlainQuantisers() {}

    static void f32(float[] values, int start, int count, MemorySegment target, long offset) {
        for (int i = 0; i < count; i++) {
            target.set(Little.FLOAT, offset + 4L * i, values[start + i]);
        }
    }

    static void f16(float[] values, int start, int count, MemorySegment target, long offset) {
        for (int i = 0; i < count; i++) {
            target.set(Little.SHORT, offset + 2L * i, Float.floatToFloat16(values[start + i]));
        }
    }

    static void bf16(float[] values, int start, int count, MemorySegment target, long offset) {
        for (int i = 0; i < count; i++) {
            target.set(Little.SHORT, offset + 2L * i, bf16(values[start + i]));
        }
    }

    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        // Of a NaN whose payload lies below, the upper half alone would be an infinity.
        return Float.isNaN(value)
                ? (short) ((bits >>> 16) | 0x40)
                : (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }
}
