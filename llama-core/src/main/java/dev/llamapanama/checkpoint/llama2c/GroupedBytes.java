// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import dev.llamapanama.tensor.Little;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A matrix of version 2 ({@code quantize_q80} of export.py): signed bytes, then a float for each group of them; an
 * element is their product. Groups are counted through the whole matrix, so that one may reach into the next row.
 *
 * @param stored bytes and scales
 * @param groupSize divides the number of elements
 */
record GroupedBytes(MemorySegment stored, Shape shape, int groupSize) {

    /** Writes a row as F32, which holds the product as run.c computes it. */
    void read(long row, MemorySegment target) {
        long first = row * shape.cols();
        for (long column = 0; column < shape.cols(); column++) {
            long element = first + column;
            float scale = stored.get(Little.FLOAT, shape.elements() + element / groupSize * Float.BYTES);
            target.set(Little.FLOAT, column * Float.BYTES, stored.get(ValueLayout.JAVA_BYTE, element) * scale);
        }
    }
}
