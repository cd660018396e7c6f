// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Types of metadata values, in the order of their ids (ggml docs/gguf.md, {@code gguf_metadata_value_type}). */
enum GgufType {
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    U32(4),
    I32(4),
    F32(4),
    BOOL(1),
    STRING(0),
    ARRAY(0),
    U64(8),
    I64(8),
    F64(8);

    private final int bytes;

    GgufType(int bytes) {
        this.bytes = bytes;
    }

    static @Nullable GgufType of(int id) {
        return id >= 0 && id < values().length ? values()[id] : null;
    }

    /** The number that stands for it in files. */
    int id() {
        return List.of(values()).indexOf(this);
    }

    /** Bytes of a value; 0 where they vary. */
    int bytes() {
        return bytes;
    }

    /** Whether values are whole numbers. */
    boolean isInteger() {
        return switch (this) {
            case U8, I8, U16, I16, U32, I32, U64, I64 -> true;
            case F32, BOOL, STRING, ARRAY, F64 -> false;
        };
    }

    /** Whether values are floating-point numbers. */
    boolean isReal() {
        return this == F32 || this == F64;
    }

    /**
     * The value at an offset of a little-endian buffer, boxed in the smallest signed type that holds all values of this one; a u64 beyond the
     * range of a long becomes a {@link BigInteger}.
     */
    Object read(ByteBuffer data, int offset) {
        return switch (this) {
            case U8 -> Byte.toUnsignedInt(data.get(offset));
            case I8 -> (int) data.get(offset);
            case U16 -> Short.toUnsignedInt(data.getShort(offset));
            case I16 -> (int) data.getShort(offset);
            case U32 -> Integer.toUnsignedLong(data.getInt(offset));
            case I32 -> data.getInt(offset);
            case F32 -> data.getFloat(offset);
            case BOOL -> data.get(offset) != 0;
            case U64 -> unsigned(data.getLong(offset));
            case I64 -> data.getLong(offset);
            case F64 -> data.getDouble(offset);
            case STRING, ARRAY -> throw new IllegalStateException(this + " has no fixed size");
        };
    }

    /** Bytes of a value, little-endian: what {@link #read} reads, or a string with its length. */
    byte[] write(Object value) {
        if (this == STRING) {
            return GgufValue.text((String) value);
        }
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (this) {
            case BOOL -> out.put((byte) ((Boolean) value ? 1 : 0)).array();
            case U8, I8 -> out.put(((Number) value).byteValue()).array();
            case U16, I16 -> out.putShort(((Number) value).shortValue()).array();
            case U32, I32 -> out.putInt(((Number) value).intValue()).array();
            case U64, I64 -> out.putLong(((Number) value).longValue()).array();
            case F32 -> out.putFloat(((Number) value).floatValue()).array();
            case F64 -> out.putDouble(((Number) value).doubleValue()).array();
            case STRING, ARRAY -> throw new IllegalStateException(this + " has no fixed size");
        };
    }

    private static Object unsigned(long bits) {
        return bits >= 0 ? (Object) bits : new BigInteger(Long.toUnsignedString(bits));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
