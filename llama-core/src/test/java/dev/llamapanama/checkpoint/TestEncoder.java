// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tensor.BlockLayout;
import dev.llamapanama.tensor.BlockQuantiser;
import dev.llamapanama.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Stores floats as a {@link DType}; Q8_0 and Q4_0 after the reference quantisers of ggml-quants.c. */
public final class TestEncoder {
    private TestEncoder() {}

    /**
     * @param values whole blocks
     */
    public static byte[] encode(DType type, float[] values) {
        ByteBuffer out = ByteBuffer.allocate((int) type.bytes(values.length)).order(ByteOrder.LITTLE_ENDIAN);
        for (int start = 0; start < values.length; start += type.blockSize()) {
            switch (type) {
                case F32 -> out.putFloat(values[start]);
                case F16 -> out.putShort(Float.floatToFloat16(values[start]));
                case BF16 -> out.putShort(bf16(values[start]));
                case F64 -> out.putDouble(values[start]);
                case I8 -> out.put((byte) Math.round(values[start]));
                case I16 -> out.putShort((short) Math.round(values[start]));
                case I32 -> out.putInt(Math.round(values[start]));
                case I64 -> out.putLong(Math.round((double) values[start]));
                case Q8_0 -> q8(values, start, out);
                case Q4_0 -> q4(values, start, out);
                default -> others(type, values, start, out);
            }
        }
        return out.array();
    }

    /** Rounds to nearest, ties to even. */
    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    private static void q8(float[] values, int start, ByteBuffer out) {
        float d = Math.abs(extreme(values, start)) / 127;
        out.putShort(Float.floatToFloat16(d));
        for (int i = 0; i < 32; i++) {
            out.put((byte) Math.round(values[start + i] * inverse(d)));
        }
    }

    private static void q4(float[] values, int start, ByteBuffer out) {
        float d = extreme(values, start) / -8;
        out.putShort(Float.floatToFloat16(d));
        for (int i = 0; i < 16; i++) {
            out.put((byte) (nibble(values[start + i], d) | nibble(values[start + 16 + i], d) << 4));
        }
    }

    private static void others(DType type, float[] values, int start, ByteBuffer out) {
        byte[] block = new byte[type.blockBytes()];
        new BlockQuantiser(BlockLayout.of(type))
                .quantise(Arrays.copyOfRange(values, start, start + type.blockSize()), block);
        out.put(block);
    }

    private static int nibble(float value, float d) {
        return Math.min(15, (int) (value * inverse(d) + 8.5f));
    }

    private static float inverse(float d) {
        return d == 0 ? 0 : 1 / d;
    }

    /** The value furthest from 0, with its sign. */
    private static float extreme(float[] values, int start) {
        float extreme = 0;
        for (int i = 0; i < 32; i++) {
            if (Math.abs(values[start + i]) > Math.abs(extreme)) {
                extreme = values[start + i];
            }
        }
        return extreme;
    }
}
