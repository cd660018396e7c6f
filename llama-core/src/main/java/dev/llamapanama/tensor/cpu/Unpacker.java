// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Reads single rows of packed weights, element by element. */
record Unpacker(PackedLayout layout) {

    void decodeRow(MemorySegment w, long group, int row, int cols, float[] target, int start) {
        int blockSize = layout.type().blockSize();
        for (int i = 0; i < cols; i++) {
            long block = group + (long) (i / blockSize) * layout.blockBytes();
            target[start + i] = decode(w, block, row, i % blockSize);
        }
    }

    private float decode(MemorySegment w, long block, int row, int i) {
        float scale = half(w, block + 2L * row);
        float minimum = layout.minimum() ? half(w, block + 2 * ROWS + 2L * row) : 0;
        if (layout.superScale()) {
            long sub = block + layout.halvesBytes() + (long) (i / layout.subBlock()) * ROWS + row;
            scale *= w.get(ValueLayout.JAVA_BYTE, sub);
            minimum *= layout.minimum() ? w.get(ValueLayout.JAVA_BYTE, sub + (long) layout.subBlocks() * ROWS) : 0;
        }
        float product =
                scale * quant(w, block + layout.headerBytes() + (long) (i / UNIT) * layout.unitBytes(), row, i % UNIT);
        return layout.minimum() ? product + minimum : product;
    }

    private int quant(MemorySegment w, long unit, int row, int i) {
        int q = bits(w, unit, row, i, layout.lowBits());
        if (layout.highBits() > 0) {
            q |= bits(w, unit + 4L * layout.lowBits() * ROWS, row, i, layout.highBits()) << layout.lowBits();
        }
        int unused = Integer.SIZE - layout.bits();
        return layout.signed() ? q << unused >> unused : q;
    }

    private static int bits(MemorySegment w, long plane, int row, int i, int bits) {
        int perInt = Integer.SIZE / bits;
        int value = w.get(Little.INT, plane + (long) (i / perInt) * ROWS * Integer.BYTES + 4L * row);
        return (value >>> (bits * (i % perInt))) & ((1 << bits) - 1);
    }

    private static float half(MemorySegment w, long at) {
        return Float.float16ToFloat(w.get(Little.SHORT, at));
    }
}
