// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;

/** For types without a kernel of their own: rows are decoded by the definition of the type and multiplied as floats. */
final class DecodingKernel extends VectorMatrixKernel {

    DecodingKernel(DType type, Readiness.Policy policy) {
        super(type, Arrangement.AS_STORED, policy);
    }

    @Override
    void decode(StoredWeights w, int row, int from, int count, float[] target, int start) {
        w.type().decode(w.data(), row * w.rowBytes() + w.type().bytes(from), target, start, count);
    }

    @Override
    void decodeWithLoops(StoredWeights w, int row, short[] halves, float[] target) {
        decode(w, row, 0, target.length, target, 0);
    }
}
