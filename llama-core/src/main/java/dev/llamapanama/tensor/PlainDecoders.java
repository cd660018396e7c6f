// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;

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
}
