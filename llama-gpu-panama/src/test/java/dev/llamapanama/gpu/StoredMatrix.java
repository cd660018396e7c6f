// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.TypeDefinition;
import dev.llamapanama.tensor.WeightSource;
import dev.llamapanama.tensor.WeightUse;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Stored weights and what they stand for. */
final class StoredMatrix {
    private final DType type;
    private final Shape shape;
    private final MemorySegment stored;
    private final double[] values;

    StoredMatrix(DType type, Shape shape, MemorySegment stored, double[] values) {
        this.type = type;
        this.shape = shape;
        this.stored = stored;
        this.values = values;
    }

    /** About these numbers. */
    static StoredMatrix of(Arena arena, DType type, Shape shape, float... values) {
        byte[] stored = TestEncoder.encode(type, values);
        MemorySegment memory = arena.allocate(stored.length, Float.BYTES);
        memory.copyFrom(MemorySegment.ofArray(stored));
        return new StoredMatrix(type, shape, memory, TypeDefinition.decode(type, stored));
    }

    Weights imported(Backend backend, WeightUse use) {
        return backend.importWeights("w", type, shape, WeightSource.of(stored), use);
    }

    DType type() {
        return type;
    }

    Shape shape() {
        return shape;
    }

    MemorySegment stored() {
        return stored;
    }

    double[] values() {
        return values;
    }

    double at(int row, int col) {
        return values[row * (int) shape.cols() + col];
    }
}
