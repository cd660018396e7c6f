// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Lays stored rows out as a {@link PackedLayout} says. For one thread. */
final class Packer {
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long FIVE_SIXES = (1 << 30) - 1;
    /** Bytes from an integer of a row to its next. */
    private static final long LINE = ROWS * Integer.BYTES;

    private final PackedLayout layout;
    private final StoredFields.Reader reader;
    private final StoredFields fields = new StoredFields();

    Packer(PackedLayout layout, StoredFields.Reader reader) {
        this.layout = layout;
        this.reader = reader;
    }

    /**
     * Packs a group.
     *
     * @param rows as stored, one after the other
     * @param from where the first of the group begins, in bytes
     * @param count rows of the group; where they are fewer than 16, the others are left as they are in the target
     * @param cols elements of a row
     * @param target where the group goes to
     * @param to its offset there
     */
    void pack(MemorySegment rows, long from, int count, int cols, MemorySegment target, long to) {
        long rowBytes = layout.type().bytes(cols);
        int blocks = cols / layout.type().blockSize();
        for (int b = 0; b < blocks; b++) {
            long block = from + (long) b * layout.type().blockBytes();
            for (int r = 0; r < count; r++) {
                reader.read(fields, rows, block + r * rowBytes);
                writeHeader(target, to, r);
                writeUnits(target, to + layout.headerBytes(), r);
            }
            to += layout.blockBytes();
        }
    }

    private void writeHeader(MemorySegment target, long to, int row) {
        target.set(Little.SHORT, to + 2L * row, fields.scale);
        if (layout.minimum()) {
            target.set(Little.SHORT, to + 2 * ROWS + 2L * row, fields.minimum);
        }
        if (layout.superScale()) {
            writeColumn(fields.scales, target, to + layout.halvesBytes() + row);
        }
        if (layout.superScale() && layout.minimum()) {
            writeColumn(fields.minima, target, to + layout.halvesBytes() + (long) layout.subBlocks() * ROWS + row);
        }
    }

    private void writeColumn(byte[] values, MemorySegment target, long to) {
        for (int i = 0; i < layout.subBlocks(); i++) {
            target.set(ValueLayout.JAVA_BYTE, to + (long) i * ROWS, values[i]);
        }
    }

    private void writeUnits(MemorySegment target, long to, int row) {
        for (int unit = 0; unit < layout.blockUnits(); unit++) {
            long at = to + (long) unit * layout.unitBytes() + 4L * row;
            if (layout.lowBits() == 6) {
                writeSixes(4 * unit, target, at);
                writeSixes(4 * unit + 2, target, at + 3 * LINE);
            } else {
                writeBits(4 * unit, layout.lowBits(), 0, target, at);
                writeBits(4 * unit, layout.highBits(), layout.lowBits(), target, at + layout.lowBits() * LINE);
            }
        }
    }

    /** Writes some bits of the 32 quants of a unit, each integer a line of 16 rows apart from the last. */
    private void writeBits(int from, int bits, int shift, MemorySegment target, long to) {
        if (bits == 0) {
            return;
        }
        long mask = LOWEST_BITS * (((1L << bits) - 1) << shift);
        long pending = 0;
        int filled = 0;
        for (int i = from; i < from + 4; i++) {
            pending |= Long.compress(fields.q[i], mask) << filled;
            for (filled += 8 * bits; filled >= Integer.SIZE; filled -= Integer.SIZE) {
                target.set(Little.INT, to, (int) pending);
                pending >>>= Integer.SIZE;
                to += LINE;
            }
        }
    }

    /** Writes 16 quants of six bits to three integers. */
    private void writeSixes(int from, MemorySegment target, long to) {
        long first = Long.compress(fields.q[from], 63 * LOWEST_BITS);
        long second = Long.compress(fields.q[from + 1], 63 * LOWEST_BITS);
        int last = (int) (second >>> 42);
        target.set(Little.INT, to, (int) (first & FIVE_SIXES) | last << 30);
        long middle = first >>> 30 | second << 18;
        target.set(Little.INT, to + LINE, (int) (middle & FIVE_SIXES) | (last >>> 2) << 30);
        target.set(Little.INT, to + 2 * LINE, (int) (second >>> 12 & FIVE_SIXES) | (last >>> 4) << 30);
    }
}
