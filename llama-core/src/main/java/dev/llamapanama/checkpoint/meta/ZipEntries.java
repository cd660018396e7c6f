// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/**
 * The entries of a ZIP archive as parts of the mapped file (PKWARE APPNOTE 6.3, with ZIP64). Only stored entries are
 * taken, and only archives of which the central directory and the local headers say the same.
 */
final class ZipEntries {
    private static final int CENTRAL = 0x02014b50;
    private static final int CENTRAL_BYTES = 46;
    private static final int LOCAL = 0x04034b50;
    private static final int LOCAL_BYTES = 30;
    private static final int ENCRYPTED = 1;
    private static final int SIZES_FOLLOW = 8;

    private final ZipFile zip;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A stored entry.
     *
     * @param header where its local header begins
     * @param start where its bytes begin in the file
     */
    record Entry(String name, long header, long start, long length) {
        long end() {
            return start + length;
        }
    }

    private ZipEntries(ZipFile zip) {
        this.zip = zip;
    }

    /** @throws CheckpointException if it isn't such an archive */
    static SequencedMap<String, Entry> read(MappedFile file) {
        ZipFile zip = new ZipFile(file);
        ZipEntries reader = new ZipEntries(zip);
        ZipEnd end = ZipEnd.find(zip);
        reader.readDirectory(end);
        reader.refuseOverlaps(end.directory());
        return reader.entries;
    }

    private void readDirectory(ZipEnd end) {
        long position = end.directory();
        for (int i = 0; i < end.count(); i++) {
            ZipRecord central = zip.record("central directory", position, CENTRAL_BYTES, CENTRAL);
            int name = central.u16(28);
            int extra = central.u16(30);
            add(central, text(position + CENTRAL_BYTES, name), position + CENTRAL_BYTES + name, extra);
            position += CENTRAL_BYTES + name + extra + central.u16(32);
        }
        if (position != end.directory() + end.bytes()) {
            throw zip.refuse("central directory", position - end.directory() + " bytes", end.bytes() + " bytes");
        }
    }

    private void add(ZipRecord central, String name, long extraStart, int extraBytes) {
        refuseUnsafe(name);
        ZipSizes sizes = ZipSizes.central(zip, central, extraStart, extraBytes);
        if (central.u16(10) != 0 || sizes.compressed() != sizes.length()) {
            throw zip.refuse(name, "a compressed entry (method " + central.u16(10) + ")", "a stored one");
        }
        if ((central.u16(8) & ENCRYPTED) != 0) {
            throw zip.refuse(name, "an encrypted entry", "a plain one");
        }
        if (entries.put(name, locate(central, name, sizes)) != null) {
            throw zip.refuse(name, "two entries of this name", "one");
        }
    }

    /** Finds the bytes behind the local header, which has to agree with the directory. */
    private Entry locate(ZipRecord central, String name, ZipSizes sizes) {
        long header = sizes.header();
        ZipRecord local = zip.record(name, header, LOCAL_BYTES, LOCAL);
        int nameBytes = local.u16(26);
        long extra = header + LOCAL_BYTES + nameBytes;
        if (!text(header + LOCAL_BYTES, nameBytes).equals(name)) {
            throw zip.refuse(name, "another name in its local header", "the same");
        }
        if (local.u16(8) != central.u16(10) || (local.u16(6) & ENCRYPTED) != 0) {
            throw zip.refuse(name, "a local header with another method", "a stored entry");
        }
        boolean later = (local.u16(6) & SIZES_FOLLOW) != 0;
        boolean open = later && local.u32(18) == 0 && local.u32(22) == 0;
        if (!open && !ZipSizes.local(zip, local, extra, local.u16(28)).sameAs(sizes)) {
            throw zip.refuse(name, "other sizes in its local header", sizes.length() + " bytes");
        }
        long start = extra + local.u16(28);
        zip.part(name, start, sizes.length());
        return new Entry(name, header, start, sizes.length());
    }

    /** Nothing is written by these names; but an archive with such ones means no good. */
    private void refuseUnsafe(String name) {
        for (String part : name.split("/", -1)) {
            if (Set.of("", ".", "..").contains(part) || part.indexOf('\\') >= 0 || part.indexOf('\0') >= 0) {
                throw zip.refuse("entry name", "\"" + name + "\"", "a relative path of plain names");
            }
        }
    }

    private void refuseOverlaps(long directory) {
        List<Entry> inOrder = new ArrayList<>(entries.values());
        inOrder.sort(Comparator.comparingLong(Entry::header));
        for (int i = 0; i < inOrder.size(); i++) {
            Entry entry = inOrder.get(i);
            long next = i + 1 < inOrder.size() ? inOrder.get(i + 1).header() : directory;
            if (entry.end() > next) {
                throw zip.refuse(entry.name(), "an end at " + entry.end(), "at most " + next + ", where others begin");
            }
        }
    }

    private String text(long position, int bytes) {
        return StandardCharsets.UTF_8
                .decode(zip.part("entry name", position, bytes).asByteBuffer())
                .toString();
    }
}
