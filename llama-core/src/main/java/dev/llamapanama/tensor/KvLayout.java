// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * What a page of the key/value cache holds: keys and values of {@link #PAGE_TOKENS} positions, all layers.
 *
 * @param layers decoder blocks
 * @param kvHeads key/value heads of a layer
 * @param headDim width of a head
 * @param type what they are rounded to: {@link DType#F16}, or {@link DType#F32} for none
 */
public record KvLayout(int layers, int kvHeads, int headDim, DType type) {
    /** Positions of a page. */
    public static final int PAGE_TOKENS = 16;

    public KvLayout {
        if (type != DType.F16 && type != DType.F32) {
            throw new IllegalArgumentException("type of keys and values: found " + type + ", expected F16 or F32");
        }
    }

    /** Pages that hold so many positions. */
    public static int pagesFor(int positions) {
        return Math.ceilDiv(positions, PAGE_TOKENS);
    }

    /** Bytes of a page. */
    public long pageBytes() {
        return 2L * layers * kvHeads * type.bytes((long) headDim * PAGE_TOKENS);
    }
}
