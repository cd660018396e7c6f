// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.lang.foreign.MemorySegment;

/**
 * Rows that stay as they are, but for padding of zeros.
 *
 * @param elementBytes bytes of an element
 * @param multiple of elements that rows are padded to
 */
record PlainRows(int elementBytes, int multiple) implements RowRepacker {
    /** Floats, not padded. */
    static final PlainRows FLOATS = new PlainRows(Float.BYTES, 1);

    /** Sixteen bits, padded to 16 bytes. */
    static final PlainRows HALVES = new PlainRows(Short.BYTES, 8);

    /** Elements of a padded row. */
    int stride(int cols) {
        return Math.ceilDiv(cols, multiple) * multiple;
    }

    @Override
    public long[] partBytes(int cols) {
        return new long[] {(long) stride(cols) * elementBytes};
    }

    @Override
    public void repack(MemorySegment stored, int from, int until, int cols, MemorySegment[] parts) {
        long rowBytes = (long) cols * elementBytes;
        long padded = (long) stride(cols) * elementBytes;
        for (int row = from; row < until; row++) {
            MemorySegment.copy(stored, row * rowBytes, parts[0], row * padded, rowBytes);
            parts[0].asSlice(row * padded + rowBytes, padded - rowBytes).fill((byte) 0);
        }
    }
}
