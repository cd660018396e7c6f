// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Tensor;

/** Activations on the Java heap, row-major. */
record CpuTensor(Rows rows, int width, Buffer buffer) implements Tensor {

    /** Identity, so that a tensor is equal to itself only. */
    static final class Buffer {
        final float[] data;

        Buffer(int size) {
            data = new float[size];
        }
    }

    float[] data() {
        return buffer.data;
    }
}
