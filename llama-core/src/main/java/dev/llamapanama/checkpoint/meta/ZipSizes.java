// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

/**
 * Sizes and place of an entry, which stand in an extra field where they don't fit into 32 bits.
 *
 * @param header where its local header begins; 0 in the local header itself
 */
record ZipSizes(long compressed, long length, long header) {
    private static final int ZIP64 = 1;
    private static final long FULL = 0xFFFF_FFFFL;

    static ZipSizes central(ZipFile zip, ZipRecord record, long extra, int extraBytes) {
        return read(zip, record.u32(20), record.u32(24), record.u32(42), extra, extraBytes);
    }

    static ZipSizes local(ZipFile zip, ZipRecord record, long extra, int extraBytes) {
        return read(zip, record.u32(18), record.u32(22), 0, extra, extraBytes);
    }

    boolean sameAs(ZipSizes other) {
        return compressed == other.compressed && length == other.length;
    }

    /** In ZIP64 only those fields follow that are full in the record: length, compressed, header. */
    private static ZipSizes read(ZipFile zip, long compressed, long length, long header, long extra, int extraBytes) {
        int missing = (length == FULL ? 1 : 0) + (compressed == FULL ? 1 : 0) + (header == FULL ? 1 : 0);
        if (missing == 0) {
            return new ZipSizes(compressed, length, header);
        }
        ZipRecord large = zip64(zip, extra, extraBytes, missing * Long.BYTES);
        int at = 0;
        long longLength = length == FULL ? large.i64(at++ * Long.BYTES) : length;
        long longCompressed = compressed == FULL ? large.i64(at++ * Long.BYTES) : compressed;
        long longHeader = header == FULL ? large.i64(at * Long.BYTES) : header;
        if (longLength < 0 || longHeader < 0) {
            throw zip.refuse("ZIP64 extra field", "a negative number", "0 or more");
        }
        return new ZipSizes(longCompressed, longLength, longHeader);
    }

    private static ZipRecord zip64(ZipFile zip, long extra, int extraBytes, int wanted) {
        ZipRecord fields = new ZipRecord(zip.part("extra field", extra, extraBytes));
        int at = 0;
        while (at + 4 <= extraBytes) {
            int bytes = fields.u16(at + 2);
            if (fields.u16(at) == ZIP64 && bytes >= wanted && at + 4 + bytes <= extraBytes) {
                return new ZipRecord(zip.part("ZIP64 extra field", extra + at + 4, bytes));
            }
            at += 4 + bytes;
        }
        throw zip.refuse("ZIP64 extra field", "none of " + wanted + " bytes", "one, as full sizes demand");
    }
}
