// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.quantise.Quantiser;
import dev.llamapanama.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Some rows of a tensor, stored anew by one thread. */
final class RowPart {
    private final CheckpointTensor tensor;
    private final DType type;
    private final long first;
    private final int elements;
    private StorageError error = StorageError.NONE;

    RowPart(CheckpointTensor tensor, DType type, long firstRow, long rows) {
        this.tensor = tensor;
        this.type = type;
        this.first = Math.multiplyExact(firstRow, tensor.shape().cols());
        this.elements = Math.toIntExact(Math.multiplyExact(rows, tensor.shape().cols()));
    }

    /** Where its stored bytes begin in those of the tensor. */
    long offset() {
        return type.bytes(first);
    }

    /** Its stored bytes. */
    byte[] stored() {
        if (type == tensor.type()) {
            byte[] same = new byte[(int) type.bytes(elements)];
            tensor.source()
                    .read(
                            offset(),
                            same.length,
                            from -> MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, same, 0, same.length));
            return same;
        }
        float[] values = new float[elements];
        DType from = tensor.type();
        tensor.source()
                .read(from.bytes(first), from.bytes(elements), bytes -> from.decode(bytes, 0, values, 0, elements));
        byte[] target = new byte[Math.toIntExact(type.bytes(elements))];
        Quantiser.of(type).quantise(values, 0, elements, MemorySegment.ofArray(target), 0);
        float[] again = new float[elements];
        type.decode(MemorySegment.ofArray(target), 0, again, 0, elements);
        error = StorageError.between(values, again, elements);
        return target;
    }

    /** What {@link #stored} has lost. */
    StorageError error() {
        return error;
    }
}
