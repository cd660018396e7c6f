// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

/** Is told of a training, in its thread. What it throws ends the training; checkpoints remain. */
@FunctionalInterface
public interface TrainingListener {
    /** Listens to nothing. */
    TrainingListener NONE = (step, steps, secondsLeft) -> {};

    /**
     * A step is done.
     *
     * @param steps of the whole training
     * @param secondsLeft for the rest, if it goes on as it did since it began or was resumed
     */
    void stepped(TrainingStep step, long steps, double secondsLeft);
}
