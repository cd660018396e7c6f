// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Lays stored rows out as a {@link PackedLayout} says. For one thread. */
final class Packer {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long FIVE_SIXES = (1 << 30) - 1;
    /** Bytes from an integer of a row to its next. */
    private static final int LINE = ROWS * Integer.BYTES;

    private final PackedLayout layout;
    private final StoredFields.Reader reader;
    private final StoredFields fields = new StoredFields();
    private final byte[] header;
    /** The units of a block. */
    private final byte[] units;
    /** The rows of a group. */
    private byte[] stored = {};

    Packer(PackedLayout layout, StoredFields.Reader reader) {
        this.layout = layout;
        this.reader = reader;
        header = new byte[layout.headerBytes()];
        units = new byte[layout.blockUnits() * layout.unitBytes()];
    }

    /**
     * Packs a group.
     *
     * @param rows as stored, one after the other
     * @param from where the first of the group begins, in bytes
     * @param count rows of the group; where they are fewer than 16, what stands for the others is undefined
     * @param cols elements of a row
     * @param target where the group goes to
     * @param to its offset there
     */
    void pack(MemorySegment rows, long from, int count, int cols, MemorySegment target, long to) {
        int rowBytes = Math.toIntExact(layout.type().bytes(cols));
        if (stored.length < count * rowBytes) {
            stored = new byte[ROWS * rowBytes];
        }
        MemorySegment.copy(rows, ValueLayout.JAVA_BYTE, from, stored, 0, count * rowBytes);
        int blocks = cols / layout.type().blockSize();
        for (int b = 0; b < blocks; b++) {
            for (int r = 0; r < count; r++) {
                reader.read(fields, stored, r * rowBytes + b * layout.type().blockBytes());
                writeHeader(r);
                writeUnits(r);
            }
            int col = b * layout.type().blockSize();
            MemorySegment.copy(header, 0, target, ValueLayout.JAVA_BYTE, to + layout.headerAt(col), header.length);
            MemorySegment.copy(units, 0, target, ValueLayout.JAVA_BYTE, to + layout.unitAt(col, cols), units.length);
        }
    }

    private void writeHeader(int row) {
        SHORTS.set(header, 2 * row, fields.scale);
        if (layout.minimum()) {
            SHORTS.set(header, 2 * ROWS + 2 * row, fields.minimum);
        }
        if (layout.superScale()) {
            writeColumn(fields.scales, layout.halvesBytes() + row);
        }
        if (layout.superScale() && layout.minimum()) {
            writeColumn(fields.minima, layout.halvesBytes() + layout.subBlocks() * ROWS + row);
        }
    }

    private void writeColumn(byte[] values, int to) {
        for (int i = 0; i < layout.subBlocks(); i++) {
            header[to + i * ROWS] = values[i];
        }
    }

    private void writeUnits(int row) {
        for (int unit = 0; unit < layout.blockUnits(); unit++) {
            int at = unit * layout.unitBytes() + Integer.BYTES * row;
            if (layout.lowBits() == 6) {
                writeSixes(4 * unit, at);
                writeSixes(4 * unit + 2, at + 3 * LINE);
            } else if (layout.lowBits() == 8) {
                writeBytes(4 * unit, at);
            } else {
                writeBits(4 * unit, layout.lowBits(), 0, at);
                writeBits(4 * unit, layout.highBits(), layout.lowBits(), at + layout.lowBits() * LINE);
            }
        }
    }

    private void writeBytes(int from, int to) {
        for (int i = 0; i < 4; i++) {
            INTS.set(units, to + 2 * i * LINE, (int) fields.q[from + i]);
            INTS.set(units, to + (2 * i + 1) * LINE, (int) (fields.q[from + i] >>> 32));
        }
    }

    /** Writes some bits of the 32 quants of a unit, each integer a line of 16 rows apart from the last. */
    private void writeBits(int from, int bits, int shift, int to) {
        if (bits == 0) {
            return;
        }
        long mask = LOWEST_BITS * (((1L << bits) - 1) << shift);
        long pending = 0;
        int filled = 0;
        for (int i = from; i < from + 4; i++) {
            pending |= Long.compress(fields.q[i], mask) << filled;
            filled += 8 * bits;
            if (filled == Integer.SIZE) {
                INTS.set(units, to, (int) pending);
                pending = 0;
                filled = 0;
                to += LINE;
            }
        }
    }

    /** Writes 16 quants of six bits to three integers. */
    private void writeSixes(int from, int to) {
        long first = Long.compress(fields.q[from], 63 * LOWEST_BITS);
        long second = Long.compress(fields.q[from + 1], 63 * LOWEST_BITS);
        long middle = (first >>> 30) | (second << 18);
        int last = (int) (second >>> 42);
        INTS.set(units, to, (int) (first & FIVE_SIXES) | (last << 30));
        INTS.set(units, to + LINE, (int) (middle & FIVE_SIXES) | ((last >>> 2) << 30));
        INTS.set(units, to + 2 * LINE, (int) ((second >>> 12) & FIVE_SIXES) | ((last >>> 4) << 30));
    }
}
