// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;

import dev.llamapanama.tensor.StoredFields;
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
    private static final int TWO_SIXES = (1 << 12) - 1;
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
     * @param count rows of the group; where they are fewer than {@link PackedLayout#ROWS}, what stands for the others is undefined
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
        SHORTS.set(header, 2 * row, fields.scale());
        if (layout.minimum()) {
            SHORTS.set(header, 2 * ROWS + 2 * row, fields.minimum());
        }
        if (layout.superScale()) {
            writeColumn(fields.scales(), layout.halvesBytes() + row);
        }
        if (layout.superScale() && layout.minimum()) {
            writeColumn(fields.minima(), layout.halvesBytes() + layout.subBlocks() * ROWS + row);
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
                writeLowBits(4 * unit, at);
                if (layout.highBits() > 0) {
                    INTS.set(units, at + layout.lowBits() * LINE, highBits(4 * unit));
                }
            }
        }
    }

    private void writeBytes(int from, int to) {
        for (int i = 0; i < 4; i++) {
            long eight = fields.quants()[from + i];
            INTS.set(units, to + 2 * i * LINE, (int) eight);
            INTS.set(units, to + (2 * i + 1) * LINE, (int) (eight >>> 32));
        }
    }

    /** Writes the low bits of the 32 quants of a unit, each integer a line of a group apart from the last. */
    private void writeLowBits(int from, int to) {
        int bits = layout.lowBits();
        long mask = LOWEST_BITS * ((1L << bits) - 1);
        long pending = 0;
        int filled = 0;
        for (int i = from; i < from + 4; i++) {
            pending |= Long.compress(fields.quants()[i], mask) << filled;
            filled += 8 * bits;
            if (filled == Integer.SIZE) {
                INTS.set(units, to, (int) pending);
                pending = 0;
                filled = 0;
                to += LINE;
            }
        }
    }

    /** The high bit of each of the 32 quants, in the half in which its low bits are. */
    private int highBits(int from) {
        long mask = LOWEST_BITS << layout.lowBits();
        int bits = 0;
        for (int i = 3; i >= 0; i--) {
            bits = (bits << 8) | (int) Long.compress(fields.quants()[from + i], mask);
        }
        int lower = layout.lowBits() == 4 ? 0x0f0f0f0f : 0x00ff00ff;
        return Integer.compress(bits, lower) | (Integer.compress(bits, ~lower) << 16);
    }

    /** Writes 16 quants of six bits to three integers. */
    private void writeSixes(int from, int to) {
        long first = Long.compress(fields.quants()[from], 63 * LOWEST_BITS);
        long second = Long.compress(fields.quants()[from + 1], 63 * LOWEST_BITS);
        int lower = (int) (second >>> 24) & TWO_SIXES;
        int upper = (int) (second >>> 36);
        INTS.set(units, to, halves((int) first) | rest(lower & 15, upper & 15));
        INTS.set(
                units,
                to + LINE,
                halves((int) (first >>> 24))
                        | rest(((lower >>> 4) & 3) | ((lower >>> 8) & 12), ((upper >>> 4) & 3) | ((upper >>> 8) & 12)));
        INTS.set(units, to + 2 * LINE, halves((int) second) | rest((lower >>> 6) & 15, (upper >>> 6) & 15));
    }

    /** Four quants of six bits, two in each half. */
    private static int halves(int four) {
        return (four & TWO_SIXES) | ((four >>> 12 & TWO_SIXES) << 16);
    }

    /** Four bits above each half. */
    private static int rest(int lower, int upper) {
        return (lower << 12) | (upper << 28);
    }
}
