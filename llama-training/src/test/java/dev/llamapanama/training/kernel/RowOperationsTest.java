// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.training.kernel.Numbers.assertClose;
import static dev.llamapanama.training.kernel.Numbers.dot;
import static dev.llamapanama.training.kernel.Numbers.doubles;
import static dev.llamapanama.training.kernel.Numbers.gradient;
import static dev.llamapanama.training.kernel.Numbers.random;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is done row by row, and its gradients, against formulas in double precision and their central differences. */
class RowOperationsTest {
    private static final int ROWS = 67;
    private static final double EPS = 1e-5;

    private final Workers workers = new Workers(2);

    @AfterEach
    void close() {
        workers.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 35})
    void rmsNorm(int cols) {
        float[] x = random(ROWS * cols, 1);
        float[] w = random(cols, 2);
        float[] dy = random(ROWS * cols, 3);
        float[] y = new float[x.length];
        float[] again = new float[x.length];
        float[] factors = new float[ROWS];
        float[] dx = random(x.length, 4);
        float[] dw = random(cols, 5);
        double[] dxBefore = doubles(dx);
        double[] dwBefore = doubles(dw);
        RmsNorm norm = new RmsNorm(workers, EPS);
        Matrix mx = Matrix.of(x, ROWS, cols);
        Matrix mw = Matrix.of(w, 1, cols);

        norm.forward(mx, mw, Matrix.of(y, ROWS, cols), factors);
        norm.again(mx, mw, Matrix.of(again, ROWS, cols), factors);
        norm.backward(mx, mw, factors, Matrix.of(dy, ROWS, cols), Matrix.of(dx, ROWS, cols), Matrix.of(dw, 1, cols));

        assertClose(norm(doubles(x), doubles(w)), y, 2e-6);
        assertClose(norm(doubles(x), doubles(w)), again, 2e-6);
        assertClose(plus(dxBefore, gradient(x, values -> dot(norm(values, doubles(w)), dy))), dx, 1e-5);
        assertClose(plus(dwBefore, gradient(w, values -> dot(norm(doubles(x), values), dy))), dw, 1e-5);
    }

    private static double[] norm(double[] x, double[] w) {
        double[] y = new double[x.length];
        for (int row = 0; row < ROWS; row++) {
            double squares = 0;
            for (int i = 0; i < w.length; i++) {
                squares += x[row * w.length + i] * x[row * w.length + i];
            }
            for (int i = 0; i < w.length; i++) {
                y[row * w.length + i] = x[row * w.length + i] / Math.sqrt(squares / w.length + EPS) * w[i];
            }
        }
        return y;
    }

    private static double[] plus(double[] x, double[] y) {
        double[] sum = new double[x.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = x[i] + y[i];
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 35})
    void swiGlu(int cols) {
        float[] gateUp = random(ROWS * 2 * cols, 1);
        float[] dy = random(ROWS * cols, 2);
        gateUp[0] = 200;
        gateUp[2 * cols] = -200;
        float[] y = new float[dy.length];
        float[] hidden = dy.clone();
        float[] gradients = new float[gateUp.length];
        SwiGlu swiGlu = new SwiGlu(workers);
        Matrix in = Matrix.of(gateUp, ROWS, 2 * cols);

        swiGlu.forward(in, Matrix.of(y, ROWS, cols));
        swiGlu.backward(in, Matrix.of(hidden, ROWS, cols), Matrix.of(gradients, ROWS, 2 * cols));

        double[] expected = swiGlu(doubles(gateUp), cols);
        assertClose(expected, y, 2e-6);
        assertClose(expected, hidden, 2e-6);
        assertClose(gradient(gateUp, values -> dot(swiGlu(values, cols), dy)), gradients, 1e-5);
    }

    private static double[] swiGlu(double[] gateUp, int cols) {
        double[] y = new double[ROWS * cols];
        for (int i = 0; i < y.length; i++) {
            double gate = gateUp[i / cols * 2 * cols + i % cols];
            y[i] = gate / (1 + Math.exp(-gate)) * gateUp[i / cols * 2 * cols + cols + i % cols];
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 6, 16, 38})
    void rope(int headDim) {
        int heads = 3;
        double[] frequencies = new double[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = Math.pow(1e4, -2.0 * i / headDim);
        }
        int[] positions = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            positions[row] = row % 40;
        }
        float[] x = random(ROWS * heads * headDim, 1);
        float[] y = x.clone();
        Rope rope = new Rope(workers, frequencies, 40);
        Matrix turned = Matrix.of(y, ROWS, heads * headDim);

        rope.forward(turned, positions);
        double[] expected = new double[x.length];
        for (int i = 0; i < x.length; i += 2) {
            double angle = positions[i / (heads * headDim)] * frequencies[i % headDim / 2];
            expected[i] = x[i] * Math.cos(angle) - x[i + 1] * Math.sin(angle);
            expected[i + 1] = x[i] * Math.sin(angle) + x[i + 1] * Math.cos(angle);
        }
        assertClose(expected, y, 1e-6);

        rope.backward(turned, positions);
        assertClose(doubles(x), y, 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 35})
    void logProbabilities(int cols) {
        float[] logits = random(ROWS * cols, 1);
        int[] targets = new int[ROWS];
        float[] factors = random(ROWS, 2);
        for (int row = 0; row < ROWS; row++) {
            targets[row] = row % cols;
        }
        logits[0] = 60;
        double[] expected = logProbabilities(doubles(logits), cols, targets);
        double[] gradients = gradient(logits, values -> dot(logProbabilities(values, cols, targets), factors));
        float[] found = new float[ROWS];
        float[] again = new float[ROWS];
        Softmax softmax = new Softmax(workers);

        softmax.logProbabilities(Matrix.of(logits.clone(), ROWS, cols), targets, found);
        softmax.gradients(Matrix.of(logits, ROWS, cols), targets, again, (row, logProbability) -> {
            assertEquals(expected[row], logProbability, 1e-5 * (1 + Math.abs(expected[row])));
            return factors[row];
        });

        assertClose(expected, found, 1e-6);
        assertClose(expected, again, 1e-6);
        assertClose(gradients, logits, 1e-6);
    }

    private static double[] logProbabilities(double[] logits, int cols, int[] targets) {
        double[] y = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int i = 0; i < cols; i++) {
                sum += Math.exp(logits[row * cols + i] - logits[row * cols]);
            }
            y[row] = logits[row * cols + targets[row]] - logits[row * cols] - Math.log(sum);
        }
        return y;
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 70})
    void embedding(int cols) {
        float[] table = random(5 * cols, 1);
        float[] rows = new float[4 * cols];
        float[] gradients = new float[table.length];
        int[] numbers = {4, 1, 4, 0};
        Embedding embedding = new Embedding(workers);

        embedding.forward(Matrix.of(table, 5, cols), numbers, Matrix.of(rows, 4, cols));
        embedding.backward(Matrix.of(rows, 4, cols), numbers, Matrix.of(gradients, 5, cols));

        for (int i = 0; i < cols; i++) {
            assertEquals(table[4 * cols + i], rows[2 * cols + i]);
            assertEquals(2 * table[4 * cols + i], gradients[4 * cols + i]);
            assertEquals(table[i], gradients[i]);
            assertEquals(0, gradients[2 * cols + i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 35, 40_000})
    void sumsAndScales(int count) {
        float[] x = random(count, 1);
        double squares = 0;
        for (float value : x) {
            squares += (double) value * value;
        }
        float[] scaled = x.clone();
        Vectors vectors = new Vectors(workers);

        assertEquals(squares, vectors.sumOfSquares(x), 1e-5 * squares);
        vectors.scale(scaled, -2);
        for (int i = 0; i < count; i++) {
            assertEquals(-2 * x[i], scaled[i]);
        }
        vectors.clear(scaled);
        assertEquals(0, vectors.sumOfSquares(scaled));
    }
}
