// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The types whose elements stand alone. */
final class PlainDecoders {
    private PlainDecoders() {}

    static void f32(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = source.get(Little.FLOAT, offset + 4L * i);
        }
    }

    static void f16(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = Float.float16ToFloat(source.get(Little.SHORT, offset + 2L * i));
        }
    }

    static void bf16(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = Float.intBitsToFloat(source.get(Little.SHORT, offset + 2L * i) << 16);
        }
    }

    static void f64(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = (float) source.get(Little.DOUBLE, offset + 8L * i);
        }
    }

    static void i8(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = source.get(ValueLayout.JAVA_BYTE, offset + i);
        }
    }

    static void i16(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = source.get(Little.SHORT, offset + 2L * i);
        }
    }

    static void i32(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = source.get(Little.INT, offset + 4L * i);
        }
    }

    static void i64(MemorySegment source, long offset, float[] target, int start, int count) {
        for (int i = 0; i < count; i++) {
            target[start + i] = source.get(Little.LONG, offset + 8L * i);
        }
    }
}
