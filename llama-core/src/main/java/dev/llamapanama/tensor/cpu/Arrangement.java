// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;

/**
 * Which columns of plain weights a kernel has side by side. Of weights of two bytes a lane holds two columns at a time: first come the even
 * columns of as many as there are in a vector of integers, then the odd ones. Activations stand in the same order.
 *
 * @param columnsOfLane 1 or 2
 * @param factor a power of two that activations and sums are multiplied with, because the kernel finds weights divided by its square
 */
record Arrangement(int columnsOfLane, float factor) {
    static final Arrangement AS_STORED = new Arrangement(1, 1);

    /** Columns that fill whole vectors; the rest is left to the definition of the type. */
    int whole(int cols) {
        return cols / (columnsOfLane * COUNT) * (columnsOfLane * COUNT);
    }

    /** The column that stands at a place below {@link #whole}. */
    int column(int place) {
        if (columnsOfLane == 1) {
            return place;
        }
        int inVector = place % (2 * COUNT);
        return place - inVector + inVector % COUNT * 2 + inVector / COUNT;
    }
}
