// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.tensor.Shape;
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

    /** A copy, as an adapter that is read has it. */
    LowRank stored(float[] factors, double scale) {
        return new LowRank(
                stored("lora_a", factors, offset, rank, inputs()),
                stored("lora_b", factors, offsetOfB(), outputs(), rank),
                scale);
    }

    private CheckpointTensor stored(String part, float[] factors, int from, int rows, int cols) {
        return CheckpointTensor.of(tensor.name() + "." + part, new Shape(rows, cols), factors, from);
    }
}
