// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.kernel.Matrix;
import dev.llamapanama.training.network.ParameterTensor;

/**
 * The factors of one matrix.
 *
 * @param offset of A {@code [rank, inputs]} among all factors; B {@code [outputs, rank]} lies behind it
 */
record LoraPair(ParameterTensor tensor, int rank, int offset) {
    int inputs() {
        return (int) tensor.shape().cols();
    }

    int outputs() {
        return (int) tensor.shape().rows();
    }

    int size() {
        return Math.multiplyExact(rank, Math.addExact(inputs(), outputs()));
    }

    int offsetOfB() {
        return offset + rank * inputs();
    }

    Matrix a(float[] factors) {
        return Matrix.of(factors, offset, rank, inputs());
    }

    Matrix b(float[] factors) {
        return Matrix.of(factors, offsetOfB(), outputs(), rank);
    }

    Matrix of(float[] parameters) {
        return Matrix.of(parameters, tensor.offset(), outputs(), inputs());
    }
}
