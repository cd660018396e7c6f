// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes ZIP archives as torch does through miniz: stored entries whose sizes follow them, data at multiples of 64,
 * always a ZIP64 end. Every part can be spoilt.
 */
final class ZipWriter {
    static final int ALIGNMENT = 64;
    private static final int FULL = -1;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Written(String name, byte[] data, int header) {}

    private final ByteBuffer out = ByteBuffer.allocate(1 << 22).order(ByteOrder.LITTLE_ENDIAN);
    private final List<Written> written = new ArrayList<>();
    private boolean zip64Entries;
    private int method;
    private int lengthError;
    private int headerError;

    /** Has sizes and places of entries in extra fields, as above 4 GiB. */
    ZipWriter zip64Entries() {
        zip64Entries = true;
        return this;
    }

    ZipWriter method(int method) {
        this.method = method;
        return this;
    }

    /** Makes the directory say that entries are longer than they are. */
    ZipWriter lengthError(int bytes) {
        lengthError = bytes;
        return this;
    }

    ZipWriter headerError(int bytes) {
        headerError = bytes;
        return this;
    }

    ZipWriter add(String name, byte[] data) {
        return add(name, name, data);
    }

    ZipWriter add(String name, String localName, byte[] data) {
        int header = out.position();
        byte[] text = localName.getBytes(StandardCharsets.UTF_8);
        int padding = ALIGNMENT - (header + 30 + text.length + 4) % ALIGNMENT;
        out.putInt(0x04034b50).putShort((short) 0).putShort((short) 8).putShort((short) method);
        out.putInt(0).putInt(0).putInt(0).putInt(0);
        out.putShort((short) text.length).putShort((short) (4 + padding)).put(text);
        out.put((byte) 'F').put((byte) 'B').putShort((short) padding).put(new byte[padding]);
        out.put(data);
        CRC32 crc = new CRC32();
        crc.update(data);
        out.putInt(0x08074b50).putInt((int) crc.getValue()).putInt(data.length).putInt(data.length);
        written.add(new Written(name, data, header));
        return this;
    }

    byte[] bytes() {
        int directory = out.position();
        written.forEach(this::central);
        int length = out.position() - directory;
        int end64 = out.position();
        out.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 0x31e)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        out.putLong(written.size()).putLong(written.size()).putLong(length).putLong(directory);
        out.putInt(0x07064b50).putInt(0).putLong(end64).putInt(1);
        out.putInt(0x06054b50).putInt(0).putShort((short) written.size()).putShort((short) written.size());
        out.putInt(length).putInt(directory).putShort((short) 0);
        byte[] file = new byte[out.position()];
        out.flip().get(file);
        return file;
    }

    private void central(Written entry) {
        byte[] text = entry.name.getBytes(StandardCharsets.UTF_8);
        int length = entry.data.length + lengthError;
        int header = entry.header + headerError;
        out.putInt(0x02014b50)
                .putShort((short) 0)
                .putShort((short) 0)
                .putShort((short) 8)
                .putShort((short) method);
        out.putInt(0).putInt(0);
        out.putInt(zip64Entries ? FULL : length).putInt(zip64Entries ? FULL : length);
        out.putShort((short) text.length)
                .putShort((short) (zip64Entries ? 28 : 0))
                .putShort((short) 0);
        out.putShort((short) 0)
                .putShort((short) 0)
                .putInt(0)
                .putInt(zip64Entries ? FULL : header)
                .put(text);
        if (zip64Entries) {
            out.putShort((short) 1)
                    .putShort((short) 24)
                    .putLong(length)
                    .putLong(length)
                    .putLong(header);
        }
    }
}
