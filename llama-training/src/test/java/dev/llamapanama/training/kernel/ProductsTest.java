// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.training.kernel.Numbers.random;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All forms against sums in double precision, on sizes with and without remainders of tiles, parts and depths. */
class ProductsTest {
    @ParameterizedTest
    @CsvSource({"1,1,1", "3,5,2", "8,32,256", "7,33,257", "130,259,65", "65,70,513", "64,256,128", "129,31,300"})
    void equalsSums(int tokens, int outputs, int inputs) {
        float[] x = random(tokens * inputs, 1);
        float[] w = random(outputs * inputs, 2);
        float[] dy = random(tokens * outputs, 3);
        try (Workers workers = new Workers(2)) {
            Products products = new Products(workers);
            Matrix mx = Matrix.of(x, tokens, inputs);
            Matrix mw = Matrix.of(w, outputs, inputs);
            Matrix mdy = Matrix.of(dy, tokens, outputs);

            float[] y = random(tokens * outputs, 4);
            float[] before = y.clone();
            products.forward(mx, mw, Matrix.of(y, tokens, outputs), true);
            check(tokens, outputs, inputs, (t, o, i) -> (double) x[t * inputs + i] * w[o * inputs + i], before, y);
            products.forward(mx, mw, Matrix.of(y, tokens, outputs), false);
            check(
                    tokens,
                    outputs,
                    inputs,
                    (t, o, i) -> (double) x[t * inputs + i] * w[o * inputs + i],
                    new float[y.length],
                    y);

            float[] dx = random(tokens * inputs, 5);
            products.inputGradient(mdy, mw, Matrix.of(dx, tokens, inputs), false);
            check(
                    tokens,
                    inputs,
                    outputs,
                    (t, i, o) -> (double) dy[t * outputs + o] * w[o * inputs + i],
                    new float[dx.length],
                    dx);

            float[] dw = random(outputs * inputs, 6);
            before = dw.clone();
            products.weightGradient(mdy, mx, Matrix.of(dw, outputs, inputs));
            check(outputs, inputs, tokens, (o, i, t) -> (double) dy[t * outputs + o] * x[t * inputs + i], before, dw);
        }
    }

    private interface Term {
        double at(int row, int col, int k);
    }

    private static void check(int rows, int cols, int depth, Term term, float[] before, float[] found) {
        for (int row = 0; row < rows; row++) {
            for (int col = 0; col < cols; col++) {
                double sum = before[row * cols + col];
                double size = Math.abs(sum);
                for (int k = 0; k < depth; k++) {
                    sum += term.at(row, col, k);
                    size += Math.abs(term.at(row, col, k));
                }
                assertEquals(sum, found[row * cols + col], 4e-7 * (1 + size), row + ", " + col);
            }
        }
    }

    @Test
    void worksOnPartsOfLargerMatrices() {
        float[] x = random(10 * 12, 1);
        float[] w = random(9 * 7, 2);
        float[] y = new float[10 * 20];
        float[] dense = new float[6 * 9];
        float[] part = new float[6 * 7];
        for (int row = 0; row < 6; row++) {
            System.arraycopy(x, (row + 2) * 12 + 3, part, row * 7, 7);
        }
        try (Workers workers = new Workers(1)) {
            Products products = new Products(workers);
            products.forward(
                    Matrix.of(x, 10, 12).rows(2, 6).cols(3, 7),
                    Matrix.of(w, 9, 7),
                    Matrix.of(y, 10, 20).rows(1, 6).cols(4, 9),
                    false);
            products.forward(Matrix.of(part, 6, 7), Matrix.of(w, 9, 7), Matrix.of(dense, 6, 9), false);
        }
        float[] expected = new float[y.length];
        for (int row = 0; row < 6; row++) {
            System.arraycopy(dense, row * 9, expected, (row + 1) * 20 + 4, 9);
        }
        assertArrayEquals(expected, y);
    }

    @Test
    void bitsDependNeitherOnThreadsNorOnHowMuchIsPackedAtOnce() {
        assertArrayEquals(gradient(1, 1 << 22), gradient(3, 1 << 22));
        assertArrayEquals(gradient(1, 1 << 22), gradient(2, 1));
    }

    private static float[] gradient(int threads, int packed) {
        float[] dw = new float[300 * 270];
        try (Workers workers = new Workers(threads)) {
            new Products(workers, packed)
                    .weightGradient(
                            Matrix.of(random(600 * 300, 1), 600, 300),
                            Matrix.of(random(600 * 270, 2), 600, 270),
                            Matrix.of(dw, 300, 270));
        }
        return dw;
    }

    @Test
    void refusesOtherShapes() {
        try (Workers workers = new Workers(1)) {
            Products products = new Products(workers);
            Matrix x = Matrix.of(new float[12], 3, 4);
            Matrix w = Matrix.of(new float[8], 2, 4);
            Matrix y = Matrix.of(new float[6], 2, 3);
            assertThrows(IllegalArgumentException.class, () -> products.forward(x, w, y, false));
        }
    }
}
