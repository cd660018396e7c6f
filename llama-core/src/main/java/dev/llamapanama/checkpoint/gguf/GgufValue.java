// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.mapped.Cursor;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A metadata value with the type it was written as.
 *
 * @param type that of the value, or of the elements of an array
 * @param value boxed number, boolean, string, or an unmodifiable list of these for an array
 */
record GgufValue(GgufType type, Object value) {
    static GgufValue read(Cursor cursor, String key) {
        GgufType type = readType(cursor, key);
        if (type == GgufType.ARRAY) {
            return readArray(cursor, key);
        }
        return new GgufValue(type, readScalar(cursor, key, type));
    }

    static GgufValue u32(long value) {
        return new GgufValue(GgufType.U32, value);
    }

    static GgufValue f32(double value) {
        return new GgufValue(GgufType.F32, (float) value);
    }

    static GgufValue string(String value) {
        return new GgufValue(GgufType.STRING, value);
    }

    static GgufValue flag(boolean value) {
        return new GgufValue(GgufType.BOOL, value);
    }

    /** A string as the format has it: its length and its UTF-8. */
    static byte[] text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + utf8.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .array();
    }

    /** Appends type and value, as {@link #read} reads them. */
    void write(ByteArrayOutputStream out) {
        if (value instanceof List<?> list) {
            out.writeBytes(ByteBuffer.allocate(2 * Integer.BYTES + Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(GgufType.ARRAY.id())
                    .putInt(type.id())
                    .putLong(list.size())
                    .array());
            list.forEach(element -> out.writeBytes(type.write(element)));
        } else {
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(type.id())
                    .array());
            out.writeBytes(type.write(value));
        }
    }

    boolean isArray() {
        return value instanceof List;
    }

    /** For messages: type and, where it is short, content. */
    String inWords() {
        if (value instanceof List<?> list) {
            return "array of " + list.size() + " " + type;
        }
        String text = value.toString();
        String shown = text.length() <= 60 ? text : text.substring(0, 60) + "…";
        return type == GgufType.STRING ? type + " \"" + shown + "\"" : type + " " + shown;
    }

    private static GgufType readType(Cursor cursor, String key) {
        int id = cursor.i32(key + " type");
        GgufType type = GgufType.of(id);
        if (type == null) {
            throw cursor.refuse(key + " type", id, "0 to " + (GgufType.values().length - 1));
        }
        return type;
    }

    private static Object readScalar(Cursor cursor, String key, GgufType type) {
        if (type == GgufType.STRING) {
            return cursor.string(key);
        }
        MemorySegment bytes = cursor.bytes(key, type.bytes());
        checkBooleans(cursor, key, type, bytes);
        return type.read(bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN), 0);
    }

    private static GgufValue readArray(Cursor cursor, String key) {
        GgufType element = readType(cursor, key + " element");
        if (element == GgufType.ARRAY) {
            throw cursor.refuse(key, "an array of arrays", "no nested array, as ggml demands");
        }
        if (element == GgufType.STRING) {
            return new GgufValue(element, readStrings(cursor, key));
        }
        int count = cursor.count(key + " length", element.bytes());
        MemorySegment bytes = cursor.bytes(key, (long) count * element.bytes());
        checkBooleans(cursor, key, element, bytes);
        return new GgufValue(element, new PackedList(element, bytes));
    }

    private static List<String> readStrings(Cursor cursor, String key) {
        String[] strings = new String[cursor.count(key + " length", Long.BYTES)];
        for (int i = 0; i < strings.length; i++) {
            strings[i] = cursor.string(key);
        }
        return Collections.unmodifiableList(Arrays.asList(strings));
    }

    private static void checkBooleans(Cursor cursor, String key, GgufType type, MemorySegment bytes) {
        if (type != GgufType.BOOL) {
            return;
        }
        for (long i = 0; i < bytes.byteSize(); i++) {
            byte value = bytes.get(ValueLayout.JAVA_BYTE, i);
            if (value != 0 && value != 1) {
                throw cursor.refuse(key, "boolean " + Byte.toUnsignedInt(value), "0 or 1");
            }
        }
    }
}
