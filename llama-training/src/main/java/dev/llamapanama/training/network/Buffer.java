// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.network;

import dev.llamapanama.training.kernel.Matrix;

/** Memory for as many rows as the largest batch has, of which a batch uses the first. */
final class Buffer {
    private final float[] data;
    private final int cols;

    Buffer(int rows, int cols) {
        data = new float[Math.multiplyExact(rows, cols)];
        this.cols = cols;
    }

    float[] data() {
        return data;
    }

    Matrix rows(int count) {
        return Matrix.of(data, count, cols);
    }
}
