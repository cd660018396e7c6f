// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.PackedLayout.ROWS;
import static dev.llamapanama.tensor.cpu.PackedLayout.UNIT;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;

/** Reads packed weights element by element, a group at a time. For one thread. */
final class Unpacker {
    private final PackedLayout layout;
    private final int cols;
    private final int[] group;

    /**
     * @param cols elements of a row
     */
    Unpacker(PackedLayout layout, int cols) {
        this.layout = layout;
        this.cols = cols;
        group = new int[Math.toIntExact(layout.groupBytes(cols) / Integer.BYTES)];
    }

    /** Takes a group over, to be read from then on. */
    void load(MemorySegment w, long offset) {
        MemorySegment.copy(w, Little.INT, offset, group, 0, group.length);
    }

    /** Writes the weights of a row. */
    void decode(int row, float[] target, int start) {
        int[] quants = new int[cols];
        quants(row, quants);
        int subBlock = layout.subBlock();
        for (int col = 0; col < cols; col++) {
            float product = scale(row, col / subBlock) * (quants[col] - layout.bias());
            target[start + col] = layout.minimum() ? product + minimum(row, col / subBlock) : product;
        }
    }

    float scale(int row, int subBlock) {
        int header = header(subBlock);
        float scale = half(header + Short.BYTES * row);
        return layout.superScale() ? scale * factor(header, row, subBlock) : scale;
    }

    float minimum(int row, int subBlock) {
        int header = header(subBlock);
        float minimum = half(header + Short.BYTES * (ROWS + row));
        return layout.superScale() ? minimum * factor(header + ROWS * layout.subBlocks(), row, subBlock) : minimum;
    }

    private int header(int subBlock) {
        return (int) layout.headerAt(subBlock * layout.subBlock());
    }

    private byte factor(int header, int row, int subBlock) {
        int at = header + layout.halvesBytes() + subBlock % layout.subBlocks() * ROWS + row;
        return (byte) (group[at / 4] >>> (at % 4 * Byte.SIZE));
    }

    private float half(int at) {
        return Float.float16ToFloat((short) (group[at / 4] >>> (at % 4 * Byte.SIZE)));
    }

    /** Writes the quants of a row. */
    void quants(int row, int[] target) {
        for (int col = 0; col < cols; col += UNIT) {
            int unit = (int) layout.unitAt(col, cols) / Integer.BYTES + row;
            if (layout.lowBits() == 6) {
                sixes(unit, target, col);
                sixes(unit + 3 * ROWS, target, col + UNIT / 2);
            } else {
                lowBits(unit, target, col);
                if (layout.highBits() > 0) {
                    highBits(group[unit + layout.lowBits() * ROWS], target, col);
                }
            }
        }
    }

    /** The integers of a row are {@link PackedLayout#ROWS} apart. */
    private void lowBits(int unit, int[] target, int col) {
        int bits = layout.lowBits();
        int each = layout.integerColumns();
        for (int i = 0; i < UNIT; i += each) {
            int integer = group[unit + i / each * ROWS];
            for (int place = 0; place < each; place++) {
                target[col + i + place] = bits == 8 ? (byte) integer : integer & ((1 << bits) - 1);
                integer >>>= bits;
            }
        }
    }

    private void highBits(int integer, int[] target, int col) {
        int each = layout.integerColumns();
        int pairs = each / 2;
        for (int i = 0; i < UNIT; i++) {
            int place = i % each;
            int at = place / pairs * 16 + i / each * pairs + place % pairs;
            target[col + i] |= (integer >>> at & 1) << layout.lowBits();
        }
    }

    private void sixes(int three, int[] target, int col) {
        for (int i = 0; i < 12; i++) {
            target[col + i] = bits(three + i / 4 * ROWS, i / 2 % 2 * 16 + i % 2 * 6, 6);
        }
        for (int i = 0; i < 4; i++) {
            int half = i / 2 * 16 + 12;
            target[col + 12 + i] =
                    bits(three + i % 2 * 2 * ROWS, half, 4) | (bits(three + ROWS, half + i % 2 * 2, 2) << 4);
        }
    }

    private int bits(int at, int from, int count) {
        return (group[at] >>> from) & ((1 << count) - 1);
    }
}
