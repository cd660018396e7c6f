// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.training.kernel.Numbers.assertClose;
import static dev.llamapanama.training.kernel.Numbers.dot;
import static dev.llamapanama.training.kernel.Numbers.doubles;
import static dev.llamapanama.training.kernel.Numbers.gradient;
import static dev.llamapanama.training.kernel.Numbers.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents shorter and longer than a tile, against attention and its central differences in double precision. */
class CausalAttentionTest {
    private static final int[] STARTS = {0, 3, 4, 44};
    private static final int TOKENS = 44;

    @ParameterizedTest
    @CsvSource({"1,1,2", "4,2,6", "2,2,16", "3,1,34"})
    void equalsItsDefinition(int heads, int kvHeads, int headDim) {
        int cols = (heads + 2 * kvHeads) * headDim;
        float[] qkv = random(TOKENS * cols, 1);
        float[] dOut = random(TOKENS * heads * headDim, 2);
        float[][] found = run(1, heads, kvHeads, headDim, qkv, dOut);

        assertClose(attention(doubles(qkv), heads, kvHeads, headDim), found[0], 3e-6);
        double[] expected = gradient(qkv, values -> dot(attention(values, heads, kvHeads, headDim), dOut));
        assertClose(expected, found[1], 2e-5);
        float[][] again = run(3, heads, kvHeads, headDim, qkv, dOut);
        assertArrayEquals(found[0], again[0]);
        assertArrayEquals(found[1], again[1]);
    }

    private static float[][] run(int threads, int heads, int kvHeads, int headDim, float[] qkv, float[] dOut) {
        int cols = (heads + 2 * kvHeads) * headDim;
        float[] out = new float[dOut.length];
        float[] dQkv = new float[qkv.length];
        float[] logSums = new float[heads * TOKENS];
        try (Workers workers = new Workers(threads)) {
            CausalAttention attention = new CausalAttention(workers, heads, kvHeads, headDim);
            Matrix in = Matrix.of(qkv, TOKENS, cols);
            Matrix result = Matrix.of(out, TOKENS, heads * headDim);
            attention.forward(in, STARTS, result, logSums);
            attention.backward(
                    in,
                    STARTS,
                    result,
                    logSums,
                    Matrix.of(dOut, TOKENS, heads * headDim),
                    Matrix.of(dQkv, TOKENS, cols));
        }
        return new float[][] {out, dQkv};
    }

    private static double[] attention(double[] qkv, int heads, int kvHeads, int headDim) {
        int cols = (heads + 2 * kvHeads) * headDim;
        double[] out = new double[TOKENS * heads * headDim];
        for (int document = 0; document + 1 < STARTS.length; document++) {
            for (int query = STARTS[document]; query < STARTS[document + 1]; query++) {
                for (int head = 0; head < heads; head++) {
                    int kv = heads + head / (heads / kvHeads);
                    double[] weights = new double[query + 1];
                    double sum = 0;
                    for (int key = STARTS[document]; key <= query; key++) {
                        double score = 0;
                        for (int i = 0; i < headDim; i++) {
                            score += qkv[query * cols + head * headDim + i] * qkv[key * cols + kv * headDim + i];
                        }
                        weights[key] = Math.exp(score / Math.sqrt(headDim));
                        sum += weights[key];
                    }
                    for (int key = STARTS[document]; key <= query; key++) {
                        for (int i = 0; i < headDim; i++) {
                            out[(query * heads + head) * headDim + i] +=
                                    weights[key] / sum * qkv[key * cols + (kv + kvHeads) * headDim + i];
                        }
                    }
                }
            }
        }
        return out;
    }
}
