// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.KvLayout.PAGE_TOKENS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;

/** Writes the keys and values of a layer to the pages of their sequences. */
record KvWriter(CpuKvPool pages, int layer, CpuTensor keys, CpuTensor values) {
    /** Largest and smallest normal half. */
    static final float MOST = 65504;

    private static final float LEAST = 0x1p-14f;

    /** Makes sure that the pages exist. By one thread, before any writes. */
    void commit(Step step) {
        for (int row = 0; row < step.rows(keys.rows()); row++) {
            pages.commit(step.page(row, step.position(row) / PAGE_TOKENS));
        }
    }

    void write(Step step, int row) {
        int position = step.position(row);
        MemorySegment page = pages.page(step.page(row, position / PAGE_TOKENS));
        int token = position % PAGE_TOKENS;
        int headDim = pages.layout().headDim();
        for (int head = 0; head < pages.layout().kvHeads(); head++) {
            int from = row * keys.width() + head * headDim;
            write(keys.data(), from, page, pages.keyOffset(layer, head), token, PAGE_TOKENS);
            write(values.data(), from, page, pages.valueOffset(layer, head), token * headDim, 1);
        }
    }

    /** Writes one head, every so many elements. */
    private void write(float[] source, int from, MemorySegment page, long offset, int first, int distance) {
        boolean halves = pages.layout().type() == DType.F16;
        for (int d = 0; d < pages.layout().headDim(); d++) {
            long at = first + (long) d * distance;
            if (halves) {
                page.set(JAVA_SHORT, offset + 2 * at, half(source[from + d]));
            } else {
                page.set(JAVA_FLOAT, offset + 4 * at, source[from + d]);
            }
        }
    }

    /** Never infinite, and never subnormal, so that the kernels can decode it by a multiplication. */
    private static short half(float value) {
        return Math.abs(value) < LEAST ? 0 : Float.floatToFloat16(Math.clamp(value, -MOST, MOST));
    }
}
