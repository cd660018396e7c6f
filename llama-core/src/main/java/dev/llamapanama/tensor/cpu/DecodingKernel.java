// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** For types without a kernel of their own: rows are decoded by the definition of the type and multiplied as floats. */
final class DecodingKernel extends VectorMatrixKernel {

    DecodingKernel() {
        super(Arrangement.AS_STORED);
    }

    @Override
    void decode(StoredWeights w, int row, int from, int count, float[] target, int start) {
        w.type().decode(w.data(), row * w.rowBytes() + w.type().bytes(from), target, start, count);
    }
}
