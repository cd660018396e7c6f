// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads the fields of one protobuf message in the order in which they stand (protobuf.dev/programming-guides/encoding):
 * {@code while (next()) switch (field()) …}. A field that is not asked for is skipped.
 */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int MAX_FIELD = (1 << 29) - 1;

    private final String source;
    private final String message;
    private final ByteBuffer bytes;
    private int field;
    private int wireType;
    private boolean pending;

    ProtobufReader(String source, String message, ByteBuffer bytes) {
        this.source = source;
        this.message = message;
        this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Goes to the next field; false at the end of the message. */
    boolean next() {
        if (pending) {
            skip();
        }
        if (!bytes.hasRemaining()) {
            return false;
        }
        long tag = varint();
        long number = tag >>> 3;
        if (number < 1 || number > MAX_FIELD) {
            throw new TokenizerException(source, message + " field number", number, "1 to " + MAX_FIELD);
        }
        field = (int) number;
        wireType = (int) (tag & 7);
        pending = true;
        return true;
    }

    /** Number of the field that stands here. */
    int field() {
        return field;
    }

    long integer() {
        take(VARINT, "a varint");
        return varint();
    }

    boolean bool() {
        return integer() != 0;
    }

    float float32() {
        take(FIXED32, "32 bits");
        need(4);
        return bytes.getFloat();
    }

    String string() {
        return Utf8.decode(source, name(), delimited());
    }

    /** The bytes field here, as a part of the file. */
    ByteBuffer bytes() {
        return delimited();
    }

    /** The message within this field. */
    ProtobufReader message(String name) {
        return new ProtobufReader(source, name, delimited());
    }

    private ByteBuffer delimited() {
        take(LENGTH_DELIMITED, "a length and as many bytes");
        return slice();
    }

    private void take(int expected, String words) {
        if (wireType != expected) {
            String wanted = words + " (wire type " + expected + ")";
            throw new TokenizerException(source, name(), "wire type " + wireType, wanted);
        }
        pending = false;
    }

    private void skip() {
        pending = false;
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> skip(8);
            case LENGTH_DELIMITED -> slice();
            case FIXED32 -> skip(4);
            default -> throw new TokenizerException(source, name(), "wire type " + wireType, "wire type 0, 1, 2 or 5");
        }
    }

    private void skip(int count) {
        need(count);
        bytes.position(bytes.position() + count);
    }

    private ByteBuffer slice() {
        long length = varint();
        int left = bytes.remaining();
        if (length < 0 || length > left) {
            throw new TokenizerException(source, name() + " length", length, "at most the " + left + " bytes left");
        }
        ByteBuffer slice = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        return slice;
    }

    private void need(int count) {
        int left = bytes.remaining();
        if (left < count) {
            throw new TokenizerException(source, name(), left + " bytes left", count + " bytes");
        }
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            need(1);
            byte b = bytes.get();
            value |= (b & 0x7FL) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw new TokenizerException(source, name(), "a varint longer than 10 bytes", "at most 10 bytes");
    }

    private String name() {
        return field == 0 ? message : message + " field " + field;
    }
}
