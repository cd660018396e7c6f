// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.mapped;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads the little-endian fields of a header one after the other. Nothing is read or allocated before it is known to
 * lie within the file and within the header's limit; every read says which field it is for, so that an error can name
 * it.
 */
public final class Cursor {
    private final Path file;
    private final MemorySegment data;
    private final int limit;
    private long position;

    /**
     * @param limit bytes that a sane header never exceeds, which bounds the memory its decoded form can take
     */
    public Cursor(Path file, MemorySegment data, int limit) {
        this.file = file;
        this.data = data;
        this.limit = limit;
    }

    public Path file() {
        return file;
    }

    public long position() {
        return position;
    }

    public int i32(String field) {
        return data.get(Little.INT, advance(field, 4));
    }

    public long i64(String field) {
        return data.get(Little.LONG, advance(field, 8));
    }

    /** The next bytes, still mapped. */
    public MemorySegment bytes(String field, long length) {
        return data.asSlice(advance(field, length), length);
    }

    /**
     * A 64-bit number of things that follow.
     *
     * @param minimumBytes the least that one of them takes; so many must be left for each
     */
    public int count(String field, int minimumBytes) {
        long count = i64(field);
        long left = Math.min(limit, data.byteSize()) - position;
        if (count < 0 || count > left / minimumBytes) {
            String found = Long.toUnsignedString(count) + " with " + left + " bytes of header left";
            throw refuse(field, found, "0 to " + left / minimumBytes);
        }
        return (int) count;
    }

    /**
     * As {@link #count(String, int)}.
     *
     * @param most how many a sane file has, which bounds the memory that their decoded form can take
     */
    public int count(String field, int minimumBytes, int most) {
        int count = count(field, minimumBytes);
        if (count > most) {
            throw refuse(field, count, "0 to " + most);
        }
        return count;
    }

    /**
     * A string as GGUF stores it: 64-bit length in bytes, then UTF-8 without NUL.
     */
    public String string(String field) {
        int length = count(field, 1);
        if (length == 0) {
            return "";
        }
        byte[] bytes = new byte[length];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, advance(field, length), bytes, 0, length);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // A replacement character may stand in the file itself: only then is the slow strict decoder needed.
        if (text.indexOf('\uFFFD') >= 0 && !isUtf8(bytes)) {
            throw refuse(field, "invalid UTF-8", "UTF-8");
        }
        if (text.indexOf('\0') >= 0) {
            throw refuse(field, "a NUL character", "text without NUL");
        }
        return text;
    }

    /** A string that may not be empty or have more than so many bytes. */
    public String name(String field, int most) {
        long start = position;
        String name = string(field);
        long bytes = position - start - Long.BYTES;
        if (bytes < 1 || bytes > most) {
            throw refuse(field, bytes + " bytes", "1 to " + most + " bytes");
        }
        return name;
    }

    /** The error for a value that was read here. */
    public CheckpointException refuse(String field, Object found, String expected) {
        return new CheckpointException(file, field, found, expected);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private long advance(String field, long bytes) {
        long left = data.byteSize() - position;
        if (bytes > left) {
            throw refuse(field, left + " bytes before the end of the file", bytes + " bytes");
        }
        if (bytes > limit - position) {
            throw refuse(field, "a header of more than " + limit + " bytes", "a smaller one");
        }
        long at = position;
        position += bytes;
        return at;
    }
}
