// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A tensor of a safetensors file, row-major.
 *
 * @param shape sizes, the contiguous dimension last; none for a scalar
 * @param begin where its bytes begin in the file
 * @param bytes how many they are
 */
record SafetensorsTensor(MappedFile file, String name, SafetensorsType type, List<Long> shape, long begin, long bytes) {

    SafetensorsTensor {
        shape = List.copyOf(shape);
    }

    /** Its bytes, mapped. */
    MemorySegment data() {
        return file.data().asSlice(begin, bytes);
    }

    /** Number of elements, which the reader of the header has found to be a long. */
    long elements() {
        return shape.stream().reduce(1L, (product, size) -> product * size);
    }

    /** The error for its shape. */
    CheckpointException refuseShape(String expected) {
        return new CheckpointException(file.path(), name, "shape " + shape, "shape " + expected);
    }

    /** The error for its type. */
    CheckpointException refuseType(String expected) {
        return new CheckpointException(file.path(), name, "type " + type, expected);
    }

    /** The error for its being there. */
    CheckpointException refuse(String expected) {
        return new CheckpointException(file.path(), name, "a tensor with this name", expected);
    }
}
