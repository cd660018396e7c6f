// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.Weights;
import java.lang.foreign.MemorySegment;

/** Weights as the file stores them: a view of the map, no copy. */
record CpuWeights(String name, DType type, Shape shape, MemorySegment data) implements Weights {

    CpuWeights {
        long expected = type.bytes(shape.cols()) * shape.rows();
        if (data.byteSize() != expected) {
            throw new IllegalArgumentException(name + ": found " + data.byteSize() + " bytes, expected " + expected
                    + " for " + type + " " + shape);
        }
    }

    int rows() {
        return Math.toIntExact(shape.rows());
    }

    int cols() {
        return Math.toIntExact(shape.cols());
    }

    long rowBytes() {
        return type.bytes(shape.cols());
    }

    /** Decodes whole rows. */
    void decodeRow(int row, float[] target, int start) {
        type.decode(data, row * rowBytes(), target, start, cols());
    }

    /** The elements of a vector such as the weight of a norm. */
    float[] decodeVector() {
        float[] elements = new float[cols()];
        decodeRow(0, elements, 0);
        return elements;
    }

    /** The view ends with the map that it is a view of. */
    @Override
    public void close() {}
}
