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
    private static final long LINE = (long) Integer.BYTES * ROWS;

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
        float minimum = layout.minimum() ? half(w, header + 2L * ROWS + 2L * row) : 0;
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
        int each = layout.integerColumns();
        int place = i % each;
        int low = bits(w, unit, i / each, layout.lowBits() * place, layout.lowBits());
        if (layout.lowBits() == 8) {
            return low ^ 0x80;
        }
        int pairs = each / 2;
        int at = place / pairs * 16 + i / each * pairs + place % pairs;
        int high = layout.highBits() == 0 ? 0 : bits(w, unit, layout.lowBits(), at, layout.highBits());
        return low | (high << layout.lowBits());
    }

    private static int six(MemorySegment w, long three, int i) {
        if (i < 12) {
            return bits(w, three, i / 4, i / 2 % 2 * 16 + i % 2 * 6, 6);
        }
        int half = (i - 12) / 2 * 16;
        return bits(w, three, i % 2 * 2, half + 12, 4) | (bits(w, three, 1, half + 12 + i % 2 * 2, 2) << 4);
    }

    private static int bits(MemorySegment w, long first, int integer, int from, int count) {
        return (w.get(Little.INT, first + integer * LINE) >>> from) & ((1 << count) - 1);
    }

    private static float half(MemorySegment w, long at) {
        return Float.float16ToFloat(w.get(Little.SHORT, at));
    }
}
