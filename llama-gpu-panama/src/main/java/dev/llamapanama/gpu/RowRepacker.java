// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.lang.foreign.MemorySegment;

/** Turns stored rows into those of the device, which stand in one or more parts: arrays of equally long rows. For many threads. */
interface RowRepacker {

    /** Bytes of a row in each part, as many parts as the kernels of the format want. */
    long[] partBytes(int cols);

    /**
     * Repacks consecutive rows.
     *
     * @param stored the rows as the file has them
     * @param from the first of them to repack
     * @param until one after the last
     * @param parts each part of all rows of {@code stored}
     */
    void repack(MemorySegment stored, int from, int until, int cols, MemorySegment[] parts);
}
