// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Where the stored bytes of a weight come from. A backend that computes on the stored bytes keeps {@link #mapped}; one that
 * lays them out anew reads them piece by piece, so that no two copies are in memory at once. Safe for many threads.
 */
public interface WeightSource {

    /** All stored bytes, valid as long as what they come from is open. Pages that are touched stay in memory as long. */
    MemorySegment mapped();

    /** How many they are. */
    default long byteSize() {
        return mapped().byteSize();
    }

    /**
     * Checks that they are those of a matrix.
     *
     * @param name of the weights, for the message
     * @throws IllegalArgumentException if they are more or fewer
     */
    default void requireBytesOf(String name, DType type, Shape shape) {
        long expected = type.bytes(shape.cols()) * shape.rows();
        if (byteSize() != expected) {
            throw new IllegalArgumentException(
                    name + ": found " + byteSize() + " bytes, expected " + expected + " for " + type + " " + shape);
        }
    }

    /**
     * Hands out a part of the stored bytes for the time of the call; afterwards they take no memory of this process. The reader may share them
     * among threads.
     *
     * @param offset where the part begins, in bytes
     * @param length its bytes
     */
    default void read(long offset, long length, Consumer<MemorySegment> reader) {
        reader.accept(mapped().asSlice(offset, length));
    }

    /**
     * A part of the stored bytes as a source of its own, such as one of the experts that are stacked in a weight.
     *
     * @param offset where the part begins, in bytes
     * @param length its bytes
     */
    default WeightSource slice(long offset, long length) {
        return new WeightSlice(this, offset, length);
    }

    /** Bytes that are in memory anyway. */
    static WeightSource of(MemorySegment bytes) {
        return () -> bytes;
    }
}
