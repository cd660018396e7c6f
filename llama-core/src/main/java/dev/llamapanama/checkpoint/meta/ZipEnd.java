// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

/**
 * Where the central directory of a ZIP archive is, as its last records say.
 *
 * @param count entries
 * @param directory where the first of them begins
 * @param bytes of all
 */
record ZipEnd(int count, long directory, long bytes) {
    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int LOCATOR = 0x07064b50;
    private static final int LOCATOR_BYTES = 20;
    private static final int END64 = 0x06064b50;
    private static final int END64_BYTES = 56;
    private static final int LEAST_ENTRY = 46;
    private static final long FULL = 0xFFFF_FFFFL;

    /** No checkpoint has as many tensors. */
    private static final int MOST_ENTRIES = 1 << 18;

    static ZipEnd find(ZipFile zip) {
        long position = position(zip);
        ZipRecord end = zip.record("end of archive", position, END_BYTES, END);
        long locator = position - LOCATOR_BYTES;
        if (locator >= 0 && new ZipRecord(zip.part("end of archive", locator, 4)).u32(0) == LOCATOR) {
            return find64(zip, end, locator);
        }
        return checked(zip, end.u16(10), end.u32(16), end.u32(12), position);
    }

    private static ZipEnd find64(ZipFile zip, ZipRecord end, long locator) {
        long position =
                zip.record("ZIP64 locator", locator, LOCATOR_BYTES, LOCATOR).i64(8);
        ZipRecord end64 = zip.record("ZIP64 end of archive", position, END64_BYTES, END64);
        boolean agree = agree(end.u16(10), 0xFFFF, end64.i64(32))
                && agree(end.u32(12), FULL, end64.i64(40))
                && agree(end.u32(16), FULL, end64.i64(48));
        if (!agree) {
            throw zip.refuse("ZIP64 end of archive", "other numbers than in the end of the archive", "the same");
        }
        return checked(zip, end64.i64(32), end64.i64(48), end64.i64(40), position);
    }

    private static boolean agree(long small, long full, long large) {
        return small == full || small == large;
    }

    private static ZipEnd checked(ZipFile zip, long count, long directory, long bytes, long before) {
        zip.part("central directory", directory, bytes);
        if (directory + bytes > before) {
            throw zip.refuse("central directory", "an end at " + (directory + bytes), "at most " + before);
        }
        if (count < 0 || count > Math.min(bytes / LEAST_ENTRY, MOST_ENTRIES)) {
            throw zip.refuse("number of entries", count, "0 to " + Math.min(bytes / LEAST_ENTRY, MOST_ENTRIES));
        }
        return new ZipEnd((int) count, directory, bytes);
    }

    /** Behind the last record stands only its comment, so that it is found from the end. */
    private static long position(ZipFile zip) {
        long least = Math.max(0, zip.size() - END_BYTES - 0xFFFF);
        for (long at = zip.size() - END_BYTES; at >= least; at--) {
            ZipRecord end = new ZipRecord(zip.part("end of archive", at, END_BYTES));
            if (end.u32(0) == END && at + END_BYTES + end.u16(20) == zip.size()) {
                return at;
            }
        }
        throw zip.refuse("end of archive", "no such record", "a ZIP archive that isn't cut off");
    }
}
