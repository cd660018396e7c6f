// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.Epilogue;
import org.jspecify.annotations.Nullable;

/** Decodes a row by the definition of its type, then multiplies it with every token. */
final class ScalarMatrixKernel implements MatrixKernel {
    private final @Nullable Preparation preparation;

    ScalarMatrixKernel(@Nullable Preparation preparation) {
        this.preparation = preparation;
    }

    @Override
    public @Nullable Preparation preparation() {
        return preparation;
    }

    @Override
    public int scratchSize(int cols, int tokens) {
        return cols;
    }

    @Override
    public void multiply(
            StoredWeights w, int from, int to, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        int cols = w.cols();
        int tokens = x.tokens();
        int rows = w.rows();
        for (int row = from; row < to; row++) {
            w.decodeRow(row, scratch, 0);
            for (int t = 0; t < tokens; t++) {
                float dot = dot(scratch, x.values(), t * cols, cols);
                int at = t * rows + row;
                out[at] = epilogue == Epilogue.ADD ? out[at] + dot : dot;
            }
        }
    }

    /** Four sums, because one would wait for each addition. */
    private static float dot(float[] w, float[] x, int o, int n) {
        float a = 0;
        float b = 0;
        float c = 0;
        float d = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            a += w[i] * x[o + i];
            b += w[i + 1] * x[o + i + 1];
            c += w[i + 2] * x[o + i + 2];
            d += w[i + 3] * x[o + i + 3];
        }
        for (; i < n; i++) {
            a += w[i] * x[o + i];
        }
        return (a + b) + (c + d);
    }
}
