// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Weights;
import org.jspecify.annotations.Nullable;

/** Weights that know how to be multiplied with, in whatever layout they are. */
interface CpuWeights extends Weights {

    default int rows() {
        return Math.toIntExact(shape().rows());
    }

    default int cols() {
        return Math.toIntExact(shape().cols());
    }

    /** Decodes a row to as many floats as there are columns. */
    void decodeRow(int row, float[] target, int start);

    /** The elements of a vector such as the weight of a norm. */
    default float[] decodeVector() {
        float[] elements = new float[cols()];
        decodeRow(0, elements, 0);
        return elements;
    }

    /** What has to be done to activations before {@link #multiply}, or null for nothing. */
    default @Nullable Preparation preparation() {
        return null;
    }

    /** Elements of scratch memory for so many tokens. */
    int scratchSize(int tokens);

    /**
     * {@code out[t][r] = w[r] · x[t]}, or {@code +=}, for all tokens and the worker's share of the rows.
     *
     * @param out {@code [tokens, rows]}
     * @param scratch at least {@link #scratchSize} elements that no other thread uses
     */
    void multiply(int worker, int workers, Activations x, float[] out, Epilogue epilogue, float[] scratch);
}
