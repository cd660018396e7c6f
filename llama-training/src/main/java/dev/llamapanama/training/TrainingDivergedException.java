// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

/** A loss or a gradient that is no finite number. Weights are as they were before the step, and the last checkpoint is there to go on from. */
public final class TrainingDivergedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long step;

    TrainingDivergedException(long step, double loss, double gradientNorm) {
        super("step " + step + ": found loss " + loss + " and gradient norm " + gradientNorm
                + ", expected finite numbers; a lower peak of the learning rate may help");
        this.step = step;
    }

    /** The step, from 1. */
    public long step() {
        return step;
    }
}
