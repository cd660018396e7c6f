// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Arguments of pickle's opcodes, of which none is longer than what is left of the file. */
final class PickleInput {
    private static final int LONGEST_LINE = 128;

    private final Path file;
    private final ByteBuffer in;

    PickleInput(Path file, ByteBuffer in) {
        this.file = file;
        this.in = in.order(ByteOrder.LITTLE_ENDIAN);
    }

    int u8() {
        need(1);
        return Byte.toUnsignedInt(in.get());
    }

    int u16() {
        need(2);
        return Short.toUnsignedInt(in.getShort());
    }

    int i32() {
        need(4);
        return in.getInt();
    }

    /** The one kind of number that pickle writes big-endian. */
    double real() {
        need(8);
        return Double.longBitsToDouble(Long.reverseBytes(in.getLong()));
    }

    /** Two's complement of so many bytes as the first one says. */
    long shortLong() {
        byte[] bytes = bytes(u8());
        if (bytes.length > Long.BYTES) {
            throw refuse("an integer of " + bytes.length + " bytes", "one of at most 8");
        }
        byte[] big = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            big[i] = bytes[bytes.length - 1 - i];
        }
        return big.length == 0 ? 0 : new BigInteger(big).longValueExact();
    }

    String latin1(int length) {
        return new String(bytes(length), StandardCharsets.ISO_8859_1);
    }

    String unicode(int length) {
        ByteBuffer text = ByteBuffer.wrap(bytes(length));
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
        } catch (CharacterCodingException e) {
            throw refuse("invalid UTF-8", "UTF-8");
        }
    }

    /** Text up to the end of the line, as globals are named. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (int c = u8(); c != '\n'; c = u8()) {
            if (line.length() == LONGEST_LINE) {
                throw refuse("a name of more than " + LONGEST_LINE + " bytes", "a shorter one");
            }
            line.append((char) c);
        }
        return line.toString();
    }

    boolean isAtEnd() {
        return !in.hasRemaining();
    }

    CheckpointException refuse(Object found, String expected) {
        return new CheckpointException(file, "data.pkl, byte " + in.position(), found, expected);
    }

    private byte[] bytes(int length) {
        need(length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private void need(int bytes) {
        if (bytes < 0 || bytes > in.remaining()) {
            throw refuse(in.remaining() + " bytes before the end", Integer.toUnsignedString(bytes) + " bytes");
        }
    }
}
