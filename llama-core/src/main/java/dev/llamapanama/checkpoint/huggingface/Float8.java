// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.ValueLayout;

/**
 * F8_E4M3: a sign, four bits of exponent biased by 7, three of mantissa; no infinities, NaN where all bits but the sign are set. Times a
 * scale it becomes BF16, which loses a sixteenth of what the eight bits have lost.
 */
final class Float8 {
    private static final float[] VALUES = values();

    private Float8() {}

    /** The number that a byte stands for. */
    static float value(byte bits) {
        return VALUES[bits & 0xFF];
    }

    /**
     * @param scales one for every output, or one for all
     */
    static Elements scaledBy(float[] scales) {
        return new Elements(DType.BF16, (source, from, target, to, output) -> {
            float scale = scales[scales.length == 1 ? 0 : (int) output];
            float value = value(source.get(ValueLayout.JAVA_BYTE, from));
            target.set(Little.SHORT, Short.BYTES * to, bf16(value * scale));
        });
    }

    /** To nearest, ties to even. */
    static short bf16(float value) {
        int bits = Float.floatToIntBits(value);
        return Float.isNaN(value) ? (short) (bits >>> 16) : (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    private static float[] values() {
        float[] values = new float[256];
        for (int bits = 0; bits < values.length; bits++) {
            int exponent = bits >>> 3 & 15;
            int mantissa = bits & 7;
            float size = exponent == 0 ? Math.scalb(mantissa, -9) : Math.scalb(8 + mantissa, exponent - 10);
            float value = (bits & 0x7F) == 0x7F ? Float.NaN : size;
            values[bits] = bits < 128 ? value : -value;
        }
        return values;
    }
}
