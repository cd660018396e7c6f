// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import org.jspecify.annotations.Nullable;

/** Products with stored weights of one type, which are decoded on the way and never expanded as a whole. */
interface MatrixKernel {

    /**
     * {@code out[t][r] = w[r] · x[t]}, or {@code +=}, for all tokens and the rows {@code from ≤ r < to}.
     *
     * @param x {@code [tokens, w.cols]}, prepared
     * @param out {@code [tokens, w.rows]}
     * @param scratch at least {@link #scratchSize} elements that no other thread uses
     */
    void multiply(StoredWeights w, int from, int to, Activations x, float[] out, Epilogue epilogue, float[] scratch);

    /** What has to be done to activations first, or null for nothing. */
    default @Nullable Preparation preparation() {
        return null;
    }

    /** Elements of scratch memory for weights of so many columns and so many tokens. */
    int scratchSize(int cols, int tokens);
}
