// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import dev.llamapanama.tensor.cpu.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** The softmax of rows of logits, and log-probabilities with their gradient. */
public final class Softmax {
    private static final int ROWS = 4;

    /** The gradient of a loss by a log-probability. */
    @FunctionalInterface
    public interface Gradient {
        /**
         * @param row of the logits
         * @param logProbability of the row's target
         */
        float at(int row, float logProbability);
    }

    private final Workers workers;

    /**
     * @param workers remain the caller's
     */
    public Softmax(Workers workers) {
        this.workers = workers;
    }

    /**
     * The log-probability of a target in each row.
     *
     * @param logits are used up
     */
    public void logProbabilities(Matrix logits, int[] targets, float[] logProbabilities) {
        workers.runRanges(logits.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                float target = logits.data[logits.row(row) + targets[row]];
                float max = max(logits.data, logits.row(row), logits.cols);
                float sum = exponentiate(logits.data, logits.row(row), logits.cols, max);
                logProbabilities[row] = (float) (target - max - Math.log(sum));
            }
        });
    }

    /**
     * The same, and the gradient of the logits in their place: {@code g (1 − p)} at the target and {@code −g p} elsewhere.
     *
     * @param gradient gives {@code g}; asked by several threads at once
     */
    public void gradients(Matrix logits, int[] targets, float[] logProbabilities, Gradient gradient) {
        workers.runRanges(logits.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                int at = logits.row(row);
                float target = logits.data[at + targets[row]];
                float max = max(logits.data, at, logits.cols);
                float sum = exponentiate(logits.data, at, logits.cols, max);
                logProbabilities[row] = (float) (target - max - Math.log(sum));
                float g = gradient.at(row, logProbabilities[row]);
                Vectors.scale(logits.data, at, at + logits.cols, -g / sum);
                logits.data[at + targets[row]] += g;
            }
        });
    }

    private static float max(float[] x, int from, int count) {
        FloatVector most = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + COUNT <= count; i += COUNT) {
            most = most.max(FloatVector.fromArray(FLOATS, x, from + i));
        }
        float max = most.reduceLanes(VectorOperators.MAX);
        for (; i < count; i++) {
            max = Math.max(max, x[from + i]);
        }
        return max;
    }

    /** {@code x = e^(x − max)}, and the sum of it. */
    private static float exponentiate(float[] x, int from, int count, float max) {
        FloatVector sums = FloatVector.zero(FLOATS);
        int i = 0;
        for (; i + COUNT <= count; i += COUNT) {
            FloatVector y = Lanes.exp(FloatVector.fromArray(FLOATS, x, from + i).sub(max));
            y.intoArray(x, from + i);
            sums = sums.add(y);
        }
        if (i < count) {
            VectorMask<Float> rest = Lanes.rest(i, count);
            FloatVector y =
                    Lanes.exp(FloatVector.fromArray(FLOATS, x, from + i, rest).sub(max));
            y.intoArray(x, from + i, rest);
            sums = sums.add(y, rest);
        }
        return Lanes.sum(sums);
    }
}
