// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads single rows of packed weights, element by element. */
record Unpacker(PackedLayout layout) {
    /** Bytes from an integer of a row to its next. */
    private static final long LINE = ROWS * Integer.BYTES;

    void decodeRow(MemorySegment w, long group, int row, int cols, float[] target, int start) {
        int blockSize = layout.type().blockSize();
        for (int i = 0; i < cols; i++) {
            long header = group + layout.headerAt(i);
            long unit = group + layout.unitAt(i, cols);
            target[start + i] = decode(w, header, unit, row, i % blockSize);
        }
    }

    private float decode(MemorySegment w, long header, long unit, int row, int i) {
        float scale = half(w, header + 2L * row);
        float minimum = layout.minimum() ? half(w, header + 2 * ROWS + 2L * row) : 0;
        if (layout.superScale()) {
            long sub = header + layout.halvesBytes() + (long) (i / layout.subBlock()) * ROWS + row;
            scale *= w.get(ValueLayout.JAVA_BYTE, sub);
            minimum *= layout.minimum() ? w.get(ValueLayout.JAVA_BYTE, sub + (long) layout.subBlocks() * ROWS) : 0;
        }
        float product = scale * (quant(w, unit + 4L * row, i % UNIT) - layout.bias());
        return layout.minimum() ? product + minimum : product;
    }

    /** A quant of a unit, of whose integers those of one row are a line apart. */
    private int quant(MemorySegment w, long unit, int i) {
        if (layout.lowBits() == 6) {
            return six(w, unit + (long) (i / 16) * 3 * LINE, i % 16);
        }
        int q = bits(w, unit, i, layout.lowBits());
        int high = layout.highBits() == 0 ? 0 : bits(w, unit + layout.lowBits() * LINE, i, layout.highBits());
        return q | (high << layout.lowBits());
    }

    private static int bits(MemorySegment w, long plane, int i, int bits) {
        int each = Integer.SIZE / bits;
        return (w.get(Little.INT, plane + (long) (i / each) * LINE) >>> (bits * (i % each))) & ((1 << bits) - 1);
    }

    private static int six(MemorySegment w, long three, int i) {
        if (i < 15) {
            return (w.get(Little.INT, three + (long) (i / 5) * LINE) >>> (6 * (i % 5))) & 63;
        }
        int first = w.get(Little.INT, three) >>> 30;
        int second = w.get(Little.INT, three + LINE) >>> 30;
        int third = w.get(Little.INT, three + 2 * LINE) >>> 30;
        return first | (second << 2) | (third << 4);
    }

    private static float half(MemorySegment w, long at) {
        return Float.float16ToFloat(w.get(Little.SHORT, at));
    }
}
