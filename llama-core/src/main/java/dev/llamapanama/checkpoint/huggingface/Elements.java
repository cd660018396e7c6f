// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;

/**
 * Takes single elements of a stored matrix, as they are or decoded.
 *
 * @param type what they are when taken
 */
record Elements(DType type, Copy copy) {

    /** Takes one element. */
    @FunctionalInterface
    interface Copy {
        /**
         * @param from index of the element in the source
         * @param to index of the element in the target
         * @param output the row of the linear layer that it belongs to
         */
        void copy(MemorySegment source, long from, MemorySegment target, long to, long output);
    }

    /** Elements that need no decoding. */
    static Elements asStored(DType type) {
        if (type == DType.F32) {
            return new Elements(
                    type,
                    (source, from, target, to, output) ->
                            target.set(Little.INT, Float.BYTES * to, source.get(Little.INT, Float.BYTES * from)));
        }
        return new Elements(
                type,
                (source, from, target, to, output) ->
                        target.set(Little.SHORT, Short.BYTES * to, source.get(Little.SHORT, Short.BYTES * from)));
    }
}
