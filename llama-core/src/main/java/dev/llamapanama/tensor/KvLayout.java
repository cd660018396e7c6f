// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * What a page of the key/value cache holds: keys and values of {@link #PAGE_TOKENS} positions, all layers.
 *
 * @param layers decoder blocks
 * @param kvHeads key/value heads of a layer
 * @param headDim width of a head
 */
public record KvLayout(int layers, int kvHeads, int headDim) {
    /** Positions of a page. */
    public static final int PAGE_TOKENS = 16;

    /** Pages that hold so many positions. */
    public static int pagesFor(int positions) {
        return Math.ceilDiv(positions, PAGE_TOKENS);
    }

    /** Bytes of a page, stored as F32. */
    public long pageBytes() {
        return 2L * layers * kvHeads * headDim * PAGE_TOKENS * Float.BYTES;
    }
}
