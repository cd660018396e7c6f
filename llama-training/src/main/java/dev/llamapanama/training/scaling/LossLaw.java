// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

/** The loss as a function of what a training takes. A value. */
public sealed interface LossLaw permits ComputeLaw, ParametricLaw {

    /**
     * The loss that is to be expected.
     *
     * @param parameters all weights
     * @param tokens of the training
     */
    double loss(double parameters, double tokens);

    /** The loss that is to be expected where one was measured. */
    default double loss(ScalingPoint point) {
        return loss((double) point.parameters(), (double) point.tokens());
    }

    /** How many constants were fitted. */
    int constants();
}
