// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;
import static dev.llamapanama.training.kernel.Panels.TALL_PANELS;
import static dev.llamapanama.training.kernel.Panels.WIDE_PANELS;
import static dev.llamapanama.training.kernel.Panels.padded;
import static dev.llamapanama.training.kernel.Tiles.TALL;
import static dev.llamapanama.training.kernel.Tiles.WIDE;

import dev.llamapanama.tensor.cpu.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Attention of one document to one key/value head, by one thread. Scores are {@code [key][query]} and as wide as a tile, so that
 * lanes are queries, softmax needs no sums across lanes, and scores are the packed right factor of the next product as they are.
 */
final class AttentionPart {
    private final PackedProduct product = new PackedProduct();
    private final int headDim;
    private final float scale;
    private final float[] queries;
    private final float[] outputs;
    private final float[] outputGradients;
    private final float[] result;
    private final float[] perQuery = new float[WIDE];
    private final float[] delta = new float[WIDE];
    /** A block of queries or of gradients of outputs, packed over its rows. */
    private final float[] block;

    private int tokens;
    private float[] keys = {};
    private float[] keysByRows = {};
    private float[] values = {};
    private float[] scores = {};
    private float[] gradients = {};
    private float[] packed = {};
    private float[] dKeys = {};
    private float[] dValues = {};

    AttentionPart(int headDim) {
        this.headDim = headDim;
        scale = (float) (1 / Math.sqrt(headDim));
        queries = new float[WIDE * headDim];
        outputs = new float[WIDE * headDim];
        outputGradients = new float[WIDE * headDim];
        result = new float[padded(headDim, TALL) * WIDE];
        block = new float[WIDE * padded(headDim, WIDE)];
    }

    /** Takes the keys and values that the next calls are about. */
    void open(Matrix k, Matrix v) {
        tokens = k.rows;
        keys = packedRows(k, keys);
        values = packedCols(v, values);
        scores = grown(scores, padded(tokens, TALL) * WIDE);
    }

    void openBackward(Matrix k, Matrix v) {
        tokens = k.rows;
        keys = packedRows(k, keys);
        keysByRows = packedCols(k, keysByRows);
        values = packedRows(v, values);
        scores = grown(scores, padded(tokens, TALL) * WIDE);
        gradients = grown(gradients, padded(tokens, TALL) * WIDE);
        packed = grown(packed, padded(tokens, TALL) * WIDE);
        int size = padded(tokens, TALL) * padded(headDim, WIDE);
        dKeys = grown(dKeys, size);
        dValues = grown(dValues, size);
        Arrays.fill(dKeys, 0, size, 0);
        Arrays.fill(dValues, 0, size, 0);
    }

    private float[] packedRows(Matrix from, float[] to) {
        float[] target = grown(to, TALL_PANELS.size(from.rows, headDim));
        TALL_PANELS.packRows(from, 0, padded(from.rows, TALL) / TALL, target, 0);
        return target;
    }

    private float[] packedCols(Matrix from, float[] to) {
        float[] target = grown(to, TALL_PANELS.size(headDim, from.rows));
        TALL_PANELS.packCols(from, 0, padded(headDim, TALL) / TALL, target, 0);
        return target;
    }

    private static float[] grown(float[] buffer, int size) {
        return buffer.length < size ? new float[size] : buffer;
    }

    void forward(Matrix q, Matrix out, float[] logSums, int logSum) {
        for (int first = 0; first < tokens; first += WIDE) {
            int count = Math.min(WIDE, tokens - first);
            int seen = first + count;
            WIDE_PANELS.packRows(q.rows(first, count), 0, 1, queries, 0);
            scores(keys, queries, seen, scores);
            forbid(scores, first, seen, Float.NEGATIVE_INFINITY);
            exponentiate(seen, logSums, logSum + first, count);
            forbid(scores, first, seen, 0);
            values(values, tokens, scores, seen);
            flush(out.rows(first, count), perQuery);
        }
    }

    void backward(Matrix q, Matrix out, Matrix dOut, Matrix dq, float[] logSums, int logSum) {
        for (int first = 0; first < tokens; first += WIDE) {
            int count = Math.min(WIDE, tokens - first);
            int seen = first + count;
            Matrix qBlock = q.rows(first, count);
            Matrix dOutBlock = dOut.rows(first, count);
            WIDE_PANELS.packRows(qBlock, 0, 1, queries, 0);
            WIDE_PANELS.packRows(dOutBlock, 0, 1, outputGradients, 0);
            WIDE_PANELS.packRows(out.rows(first, count), 0, 1, outputs, 0);
            products();
            Arrays.fill(perQuery, 0);
            System.arraycopy(logSums, logSum + first, perQuery, 0, count);
            scores(keys, queries, seen, scores);
            scores(values, outputGradients, seen, gradients);
            scoreGradients(seen);
            forbid(scores, first, seen, 0);
            forbid(gradients, first, seen, 0);
            addProduct(scores, seen, dOutBlock, dValues);
            addProduct(gradients, seen, qBlock, dKeys);
            values(keysByRows, tokens, gradients, seen);
            Arrays.fill(perQuery, 1);
            flush(dq.rows(first, count), perQuery);
        }
    }

    /** Hands out the gradients of keys and values. */
    void close(Matrix dk, Matrix dv) {
        int stride = padded(headDim, WIDE);
        for (int row = 0; row < tokens; row++) {
            System.arraycopy(dKeys, row * stride, dk.data, dk.row(row), headDim);
            System.arraycopy(dValues, row * stride, dv.data, dv.row(row), headDim);
        }
    }

    /** {@code [key][query]}. */
    private void scores(float[] left, float[] right, int seen, float[] to) {
        int rows = padded(seen, TALL);
        Matrix c = Matrix.of(to, rows, WIDE);
        product.multiply(left, 0, headDim, right, 0, headDim, headDim, c, 0, rows, 0, WIDE, false);
    }

    /** {@code [headDim][query]}: the sum over keys. */
    private void values(float[] left, int depth, float[] weights, int seen) {
        int rows = padded(headDim, TALL);
        Matrix c = Matrix.of(result, rows, WIDE);
        product.multiply(left, 0, depth, weights, 0, seen, seen, c, 0, rows, 0, WIDE, false);
    }

    /** Adds the sum over the queries of a block: {@code [key][headDim]}. */
    private void addProduct(float[] weights, int seen, Matrix rows, float[] to) {
        int count = rows.rows;
        int cols = padded(headDim, WIDE);
        int high = padded(seen, TALL);
        TALL_PANELS.packRows(Matrix.of(weights, high, WIDE).cols(0, count), 0, high / TALL, packed, 0);
        WIDE_PANELS.packCols(rows, 0, cols / WIDE, block, 0);
        Matrix c = Matrix.of(to, high, cols);
        product.multiply(packed, 0, count, block, 0, count, count, c, 0, high, 0, cols, true);
    }

    /** Sets the scores of later keys, which are those on one side of the diagonal. */
    private static void forbid(float[] scores, int first, int seen, float value) {
        for (int key = first + 1; key < seen; key++) {
            Arrays.fill(scores, key * WIDE, key * WIDE + key - first, value);
        }
    }

    /** Turns scores to powers of e, not yet divided by their sums; leaves the inverse sums. */
    private void exponentiate(int seen, float[] logSums, int logSum, int count) {
        for (int half = 0; half < WIDE; half += COUNT) {
            FloatVector max = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
            for (int key = 0; key < seen; key++) {
                max = max.max(FloatVector.fromArray(FLOATS, scores, key * WIDE + half));
            }
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int key = 0; key < seen; key++) {
                FloatVector y = Lanes.exp(FloatVector.fromArray(FLOATS, scores, key * WIDE + half)
                        .sub(max)
                        .mul(scale));
                y.intoArray(scores, key * WIDE + half);
                sum = sum.add(y);
            }
            max.mul(scale).intoArray(delta, half);
            sum.intoArray(perQuery, half);
        }
        for (int i = 0; i < count; i++) {
            logSums[logSum + i] = (float) (delta[i] + Math.log(perQuery[i]));
        }
        for (int i = 0; i < WIDE; i++) {
            perQuery[i] = 1 / perQuery[i];
        }
    }

    /** Each output times its gradient. */
    private void products() {
        for (int half = 0; half < WIDE; half += COUNT) {
            FloatVector sum = FloatVector.zero(FLOATS);
            for (int i = 0; i < headDim; i++) {
                sum = FloatVector.fromArray(FLOATS, outputs, i * WIDE + half)
                        .fma(FloatVector.fromArray(FLOATS, outputGradients, i * WIDE + half), sum);
            }
            sum.intoArray(delta, half);
        }
    }

    /** Scores become probabilities, and gradients of probabilities those of scores. */
    private void scoreGradients(int seen) {
        for (int half = 0; half < WIDE; half += COUNT) {
            FloatVector logSum = FloatVector.fromArray(FLOATS, perQuery, half);
            FloatVector mean = FloatVector.fromArray(FLOATS, delta, half);
            for (int key = 0; key < seen; key++) {
                int at = key * WIDE + half;
                FloatVector p = Lanes.exp(
                        FloatVector.fromArray(FLOATS, scores, at).mul(scale).sub(logSum));
                p.intoArray(scores, at);
                FloatVector.fromArray(FLOATS, gradients, at)
                        .sub(mean)
                        .mul(p)
                        .mul(scale)
                        .intoArray(gradients, at);
            }
        }
    }

    /** Writes the result, times a factor of each query. */
    private void flush(Matrix to, float[] factors) {
        for (int row = 0; row < to.rows; row++) {
            int at = to.row(row);
            float factor = factors[row];
            for (int i = 0; i < headDim; i++) {
                to.data[at + i] = result[i * WIDE + row] * factor;
            }
        }
    }
}
