// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Ops;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.Tensor;
import dev.llamapanama.tensor.Weights;

/** The small operations of a decoder, with the widths of Llama 3.2 1B. */
public enum ElementwiseOp {
    RMS_NORM("RMSNorm", 2048) {
        @Override
        Tensor append(Ops ops, Tensor x, Weights norm) {
            Tensor out = ops.temp(Tensor.Rows.TOKENS, width());
            for (int i = 0; i < REPEATS; i++) {
                ops.rmsNorm(x, norm, EPS, out);
            }
            return out;
        }

        @Override
        double expected(Rows x, int row, int position, int column, float norm) {
            double squares = 0;
            for (int i = 0; i < width(); i++) {
                squares += (double) x.at(row, i) * x.at(row, i);
            }
            return x.at(row, column) / Math.sqrt(squares / width() + EPS) * norm;
        }
    },

    ROPE("RoPE", 2048) {
        @Override
        Tensor append(Ops ops, Tensor x, Weights norm) {
            RopeFrequencies frequencies = new RopeFrequencies(FREQUENCIES);
            for (int i = 0; i < REPEATS; i++) {
                ops.rope(x, frequencies);
            }
            return x;
        }

        @Override
        double expected(Rows x, int row, int position, int column, float norm) {
            double angle = (double) REPEATS * position * FREQUENCIES[column % HEAD_DIM / 2];
            double own = x.at(row, column) * Math.cos(angle);
            return column % 2 == 0
                    ? own - x.at(row, column + 1) * Math.sin(angle)
                    : own + x.at(row, column - 1) * Math.sin(angle);
        }
    },

    SWIGLU("SwiGLU", 8192) {
        @Override
        Tensor append(Ops ops, Tensor x, Weights norm) {
            Tensor out = ops.temp(Tensor.Rows.TOKENS, width());
            for (int i = 0; i < REPEATS; i++) {
                ops.swiGlu(x, x, out);
            }
            return out;
        }

        @Override
        double expected(Rows x, int row, int position, int column, float norm) {
            double gate = x.at(row, column);
            return gate / (1 + Math.exp(-gate)) * gate;
        }
    };

    /** How often a plan holds the operation, so that what else a run does counts for little. */
    static final int REPEATS = 64;

    private static final double EPS = 1e-5;
    private static final int HEAD_DIM = 64;
    private static final double[] FREQUENCIES = frequencies();

    private final String title;
    private final int width;

    ElementwiseOp(String title, int width) {
        this.title = title;
        this.width = width;
    }

    private static double[] frequencies() {
        double[] inverse = new double[HEAD_DIM / 2];
        for (int i = 0; i < inverse.length; i++) {
            inverse[i] = Math.pow(500_000, -2.0 * i / HEAD_DIM);
        }
        return inverse;
    }

    String title() {
        return title;
    }

    /** Elements of a row. */
    int width() {
        return width;
    }

    /** Appends the operation {@link #REPEATS} times; gives its result. */
    abstract Tensor append(Ops ops, Tensor x, Weights norm);

    /**
     * An element of the result by the definition, in double precision.
     *
     * @param norm weight of the norm for this column
     */
    abstract double expected(Rows x, int row, int position, int column, float norm);
}
