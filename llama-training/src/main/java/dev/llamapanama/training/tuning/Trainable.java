// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import dev.llamapanama.training.optimise.GradientClipping;
import java.util.List;

/** Weights that steps change by their gradients: all of a network, adapters of it, or a head beside it. Not safe for several threads. */
public sealed interface Trainable extends AutoCloseable permits FullTuning, LoraTuning, ScalarHead {
    /** Sets its gradients to 0, for the losses of a step to add theirs. */
    void clearGradients();

    /** The Euclidean norm of its gradients. */
    double gradientNorm();

    /**
     * Changes the weights.
     *
     * @param gradientFactor by which gradients are multiplied first
     */
    void step(double learningRate, double gradientFactor);

    /**
     * All numbers that steps change, for a checkpoint: weights, and the moments of their gradients. The arrays themselves, in an order that never
     * changes.
     */
    List<float[]> state();

    /**
     * Goes on where another one stopped, whose {@link #state} the caller has put into this one's.
     *
     * @param steps that the other one did
     */
    void resumeAfter(long steps);

    /** Stops its threads. */
    @Override
    void close();

    /**
     * A step of all together, whose gradients are clipped as one.
     *
     * @return the norm of all gradients, before clipping
     * @throws ArithmeticException if it isn't finite; nothing is changed then
     */
    static double step(double learningRate, GradientClipping clipping, List<? extends Trainable> together) {
        double squares = 0;
        for (Trainable each : together) {
            squares += Math.pow(each.gradientNorm(), 2);
        }
        double norm = Math.sqrt(squares);
        if (!Double.isFinite(norm)) {
            throw new ArithmeticException("norm of the gradients: found " + norm);
        }
        for (Trainable each : together) {
            each.step(learningRate, clipping.factor(norm));
        }
        return norm;
    }
}
