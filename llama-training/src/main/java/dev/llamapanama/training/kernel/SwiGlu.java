// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import dev.llamapanama.tensor.cpu.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** SwiGLU (arXiv 2002.05202): {@code h = silu(g) u} with {@code silu(g) = g / (1 + e^−g)}; a row has all gates, then all ups. */
public final class SwiGlu {
    private static final int ROWS = 16;

    private final Workers workers;

    /**
     * @param workers remain the caller's
     */
    public SwiGlu(Workers workers) {
        this.workers = workers;
    }

    /**
     * @param gateUp {@code [tokens, 2 width]}
     * @param hidden takes {@code [tokens, width]}
     */
    public void forward(Matrix gateUp, Matrix hidden) {
        workers.runRanges(hidden.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                forward(gateUp.data, gateUp.row(row), hidden.data, hidden.row(row), hidden.cols);
            }
        });
    }

    private static void forward(float[] gateUp, int gate, float[] hidden, int to, int cols) {
        int up = gate + cols;
        for (int i = 0; i < cols; i += COUNT) {
            if (i + COUNT <= cols) {
                FloatVector g = FloatVector.fromArray(FLOATS, gateUp, gate + i);
                FloatVector u = FloatVector.fromArray(FLOATS, gateUp, up + i);
                g.div(Lanes.exp(g.neg()).add(1)).mul(u).intoArray(hidden, to + i);
            } else {
                VectorMask<Float> rest = Lanes.rest(i, cols);
                FloatVector g = FloatVector.fromArray(FLOATS, gateUp, gate + i, rest);
                FloatVector u = FloatVector.fromArray(FLOATS, gateUp, up + i, rest);
                g.div(Lanes.exp(g.neg()).add(1)).mul(u).intoArray(hidden, to + i, rest);
            }
        }
    }

    /**
     * The gradients of gates and ups, and the output once more, which the gradient of the next weight needs.
     *
     * @param hidden has the gradient of the output, and takes the output
     * @param gradients takes {@code [tokens, 2 width]}
     */
    public void backward(Matrix gateUp, Matrix hidden, Matrix gradients) {
        workers.runRanges(hidden.rows, ROWS, (from, to) -> {
            for (int row = from; row < to; row++) {
                backward(
                        gateUp.data,
                        gateUp.row(row),
                        hidden.data,
                        hidden.row(row),
                        hidden.cols,
                        gradients.data,
                        gradients.row(row));
            }
        });
    }

    private static void backward(
            float[] gateUp, int gate, float[] hidden, int ho, int cols, float[] gradients, int to) {
        int up = gate + cols;
        int i = 0;
        for (; i + COUNT <= cols; i += COUNT) {
            FloatVector g = FloatVector.fromArray(FLOATS, gateUp, gate + i);
            FloatVector u = FloatVector.fromArray(FLOATS, gateUp, up + i);
            FloatVector dh = FloatVector.fromArray(FLOATS, hidden, ho + i);
            FloatVector sigmoid =
                    FloatVector.broadcast(FLOATS, 1).div(Lanes.exp(g.neg()).add(1));
            FloatVector silu = g.mul(sigmoid);
            // silu' = σ (1 + g (1 − σ)) = σ + silu − silu σ
            FloatVector slope = sigmoid.add(silu).sub(silu.mul(sigmoid));
            silu.mul(u).intoArray(hidden, ho + i);
            dh.mul(u).mul(slope).intoArray(gradients, to + i);
            dh.mul(silu).intoArray(gradients, to + cols + i);
        }
        for (; i < cols; i++) {
            float g = gateUp[gate + i];
            float u = gateUp[up + i];
            float dh = hidden[ho + i];
            float sigmoid = (float) (1 / (1 + Math.exp(-g)));
            float silu = g * sigmoid;
            hidden[ho + i] = silu * u;
            gradients[to + i] = dh * u * (sigmoid + silu - silu * sigmoid);
            gradients[to + cols + i] = dh * silu;
        }
    }
}
