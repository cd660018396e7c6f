// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Numerics;
import dev.llamapanama.tensor.RoundedActivations;
import java.util.List;

/** A mixture of experts in double precision, with bounds of what F32 may make of it. */
final class MixtureOracle {
    /** Rounding of a product, in units of the sum without signs. */
    private static final double FLOATS = 1e-6;
    /** With activations that are sums of two bfloats. */
    private static final double SPLIT = 0x1p-18;
    /** Nearer to the middle between two integers than so much of their distance, an activation may be rounded to either. */
    private static final double MIDDLE = 1e-3;

    private static final int BLOCK = 32;

    private final List<Expert> experts;
    private final int perToken;
    private final double rounding;
    private final boolean roundsActivations;
    private final DType type;

    record Expert(StoredMatrix gate, StoredMatrix up, StoredMatrix down) {}

    /** Numbers, each with how far off others may be. */
    static final class Bounded {
        private final double[] values;
        private final double[] bounds;

        private Bounded(double[] values, double[] bounds) {
            this.values = values;
            this.bounds = bounds;
        }

        double value(int i) {
            return values[i];
        }

        double bound(int i) {
            return bounds[i];
        }
    }

    /** @param perToken experts for each row */
    MixtureOracle(List<Expert> experts, int perToken) {
        this.experts = experts;
        this.perToken = perToken;
        type = experts.getFirst().gate.type();
        rounding = type == DType.BF16 ? SPLIT : FLOATS;
        roundsActivations = Numerics.of(type).activation() == Numerics.Activation.Q8_BLOCK32;
    }

    /** The row and what its experts add to it; its first elements are the logits of the experts. */
    Bounded of(float[] row) {
        Bounded out = new Bounded(new double[row.length], new double[row.length]);
        for (int i = 0; i < row.length; i++) {
            out.values[i] = row[i];
        }
        for (int e = 0; e < experts.size(); e++) {
            float weight = (float) (1 / (1 + Math.exp(-(double) row[e])));
            if (weight != 0 && isChosen(row, e)) {
                add(experts.get(e), scaled(row, weight), out);
            }
        }
        for (int i = 0; i < row.length; i++) {
            out.bounds[i] += FLOATS * Math.abs(out.values[i]);
        }
        return out;
    }

    private boolean isChosen(float[] row, int expert) {
        int before = 0;
        for (int e = 0; e < experts.size(); e++) {
            before += row[e] > row[expert] || (row[e] == row[expert] && e < expert) ? 1 : 0;
        }
        return before < perToken;
    }

    private static float[] scaled(float[] row, float weight) {
        float[] scaled = row.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= weight;
        }
        return scaled;
    }

    private void add(Expert expert, float[] x, Bounded out) {
        Bounded in = operand(x, new double[x.length]);
        Bounded gate = product(expert.gate, in);
        Bounded up = product(expert.up, in);
        float[] hidden = new float[gate.values.length];
        double[] bounds = new double[hidden.length];
        for (int i = 0; i < hidden.length; i++) {
            double silu = gate.values[i] / (1 + Math.exp(-gate.values[i]));
            hidden[i] = (float) (silu * up.values[i]);
            // The slope of SiLU is below 1.1.
            bounds[i] = 1.1 * gate.bounds[i] * (Math.abs(up.values[i]) + up.bounds[i])
                    + Math.abs(silu) * up.bounds[i]
                    + FLOATS * Math.abs(hidden[i]);
        }
        Bounded said = product(expert.down, operand(hidden, bounds));
        for (int i = 0; i < said.values.length; i++) {
            out.values[i] += said.values[i];
            out.bounds[i] += said.bounds[i];
        }
    }

    /** What products read of activations that may be off by as much. */
    private Bounded operand(float[] x, double[] bounds) {
        Bounded operand = new Bounded(RoundedActivations.of(type, x), bounds);
        for (int i = 0; roundsActivations && i < x.length; i++) {
            float largest = 0;
            for (int j = i / BLOCK * BLOCK; j < i / BLOCK * BLOCK + BLOCK; j++) {
                largest = Math.max(largest, Math.abs(x[j]));
            }
            double exact = x[i] * (127.0 / largest);
            if (bounds[i] > 0 && Math.rint(exact - MIDDLE) != Math.rint(exact + MIDDLE)) {
                bounds[i] += largest / 127;
            }
        }
        return operand;
    }

    private Bounded product(StoredMatrix w, Bounded in) {
        int rows = (int) w.shape().rows();
        Bounded out = new Bounded(new double[rows], new double[rows]);
        for (int row = 0; row < rows; row++) {
            double size = 0;
            for (int i = 0; i < in.values.length; i++) {
                double product = w.at(row, i) * in.values[i];
                out.values[row] += product;
                size += Math.abs(product);
                out.bounds[row] += Math.abs(w.at(row, i)) * in.bounds[i];
            }
            out.bounds[row] += rounding * size;
        }
        return out;
    }
}
