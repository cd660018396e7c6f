// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops for one packed type. Activations aren't rounded and quants are decoded exactly; a sum runs over ascending columns,
 * sub-block by sub-block: {@code s = Σ x · q}, then {@code sum += scale · (s − bias · Σ x)}, or {@code sum += scale · s + minimum · Σ x}. Its bits are the
 * same on every machine, whatever the width of its vectors, and for any number of tokens.
 */
abstract class PackedKernel {
    /** Vectors of rows that are multiplied at once. */
    static final int VECTORS = 4;
    /** Where the sums of a sub-block stand for a moment, behind the products; then scales and minima of a block. */
    static final int SUMS = VECTORS * 16;

    private final PackedLayout layout;
    private final StoredFields.Reader reader;
    private final Preparation preparation;

    PackedKernel(PackedLayout layout, StoredFields.Reader reader) {
        this.layout = layout;
        this.reader = reader;
        preparation = new Division(layout);
    }

    final PackedLayout layout() {
        return layout;
    }

    final Preparation preparation() {
        return preparation;
    }

    final Packer newPacker() {
        return new Packer(layout, reader);
    }

    /**
     * The products of one token and {@link #VECTORS} vectors of rows.
     *
     * @param at where the first group begins
     * @param distance from one group to the next, in bytes
     * @param x prepared activations
     * @param xSums their sums
     * @param units stretches of 32 columns
     * @param out takes the products, group after group; {@code 4 * SUMS} elements
     */
    abstract void matVec(MemorySegment w, long at, long distance, float[] x, float[] xSums, int units, float[] out);

    /**
     * Decodes a part of a group without its scales, column by column.
     *
     * @param at where the group begins
     * @param from first unit
     * @param to unit behind the last
     * @param panel takes the quants, times the power of two that activations are divided by
     * @param start where those of the first column go
     * @param stride from one column to the next, and from one sub-block to the next
     * @param scales where the scales of the first sub-block go, less {@code start}
     * @param minima where the minima go, likewise
     */
    abstract void panel(
            MemorySegment w, long at, int from, int to, float[] panel, int start, int stride, int scales, int minima);
}
