// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;

/**
 * How quantised weights are laid out for vectors of rows: {@link #ROWS} rows are a group, column by column. A group is a
 * sequence of chunks; a chunk has first the headers of its blocks, then their quants in units of 32 columns. Everything is stored for the rows of a group side by side: halves of 2 bytes (scales, then
 * minima), bytes (scales of sub-blocks as multiples of those, then minima), and integers of 4 bytes that hold the quants of a unit;
 * first the low bits, column after column from the lowest bit on, then the high ones. Quants of eight bits are signed. Of 16 quants of six
 * bits, each half of three integers has two, and in the four bits above them a part of the last four: the low bits of two in the first and the third integer,
 * the high bits in the second. Minima have the sign with which they are added.
 *
 * <p>Kernels for one token take both halves of an integer at once ({@link Multipliers}).
 *
 * @param type what the file stores
 * @param lowBits bits of a quant that are stored together
 * @param highBits further bits of a quant, stored behind them
 * @param bias what is subtracted from a quant, or 0: {@code weight = scale · (q − bias)}
 * @param minimum whether there is one: {@code weight = scale · q + minimum}
 * @param subBlock columns that share a scale
 * @param blockUnits units of a block
 */
record PackedLayout(DType type, int lowBits, int highBits, int bias, boolean minimum, int subBlock, int blockUnits) {
    /** Rows of a group: those of a vector, so that vectors that are multiplied at once are far from each other in memory. */
    static final int ROWS = Math.max(8, Lanes.COUNT);
    /** Columns of the smallest sub-block. */
    static final int LEAST_SUB_BLOCK = 16;
    /** Columns of a unit. */
    static final int UNIT = 32;
    /** Columns whose headers stand together, a multiple of every block; at the end of a row there may be fewer. */
    static final int CHUNK = 2048;

    int bits() {
        return lowBits + highBits;
    }

    /** Whether the scales of sub-blocks are multiples of one of the block. */
    boolean superScale() {
        return blockUnits > 1;
    }

    int subBlocks() {
        return type.blockSize() / subBlock;
    }

    int halvesBytes() {
        return (minimum ? 2 : 1) * ROWS * Short.BYTES;
    }

    int headerBytes() {
        return halvesBytes() + (superScale() ? (minimum ? 2 : 1) * subBlocks() * ROWS : 0);
    }

    int unitBytes() {
        return bits() * UNIT / 8 * ROWS;
    }

    int blockBytes() {
        return headerBytes() + blockUnits * unitBytes();
    }

    /** Bytes of the headers of a chunk of so many columns. */
    int headersBytes(int cols) {
        return cols / type.blockSize() * headerBytes();
    }

    /** Bytes of a group of so many columns, which are a multiple of the type's block size. */
    long groupBytes(int cols) {
        return (long) (cols / type.blockSize()) * blockBytes();
    }

    /** Where in a group the header of the block is that a column belongs to. */
    long headerAt(int col) {
        return groupBytes(col / CHUNK * CHUNK) + headersBytes(col % CHUNK);
    }

    /** Where in a group of so many columns the unit is that a column belongs to. */
    long unitAt(int col, int cols) {
        int chunk = col / CHUNK * CHUNK;
        int headers = headersBytes(Math.min(CHUNK, cols - chunk));
        return groupBytes(chunk) + headers + (long) (col % CHUNK / UNIT) * unitBytes();
    }

    /**
     * The power of two that panels find a quant multiplied with, because it is masked where it stands in its integer, or
     * stands at the top where it has a sign. Activations are divided by it before.
     */
    int exponent(int column) {
        if (highBits > 0) {
            return 0;
        }
        if (lowBits == 6) {
            int i = column % 16;
            return i < 12 ? i / 2 % 2 * 16 + i % 2 * 6 : 0;
        }
        if (lowBits == 8) {
            return 24;
        }
        int exponent = lowBits * (column % integerColumns());
        return exponent + lowBits == Integer.SIZE ? 0 : exponent;
    }

    /** Whether integers hold nothing but whole unsigned quants: {@link Multipliers}. */
    boolean telescopes() {
        return highBits == 0 && lowBits < 6;
    }

    /** Columns that share an integer, without those of six bits that are spread over three. */
    int integerColumns() {
        return Integer.SIZE / lowBits;
    }

    /** What the quants of a sub-block are taken relative to, so that the sum of their products fits 16 bits. */
    int centre() {
        return minimum && bits() >= 4 ? 1 << (bits() - 1) : bias;
    }
}
