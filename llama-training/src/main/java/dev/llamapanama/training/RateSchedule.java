// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.LearningRate;

/**
 * Learning rates of the papers: up on a straight line, down on half a cosine wave, and maybe on a straight line to 0. The steps of all three are
 * those of the training.
 *
 * @param peak the highest rate
 * @param warmUpSteps up to it
 * @param cosineSteps down from it
 * @param finalFraction of the peak, at the end of the wave
 * @param annealingSteps from there to 0
 */
public record RateSchedule(double peak, long warmUpSteps, long cosineSteps, double finalFraction, long annealingSteps) {
    /** Checks that there are steps and rates. */
    public RateSchedule {
        FieldException.require(peak > 0 && peak < Double.POSITIVE_INFINITY, "peak", peak, "above 0");
        FieldException.require(warmUpSteps >= 0, "warmUpSteps", warmUpSteps, "0 or more");
        FieldException.require(cosineSteps > 0, "cosineSteps", cosineSteps, "1 or more");
        FieldException.require(finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "0 to 1");
        FieldException.require(annealingSteps >= 0, "annealingSteps", annealingSteps, "0 or more");
    }

    /** Steps of the training. */
    public long steps() {
        return warmUpSteps + cosineSteps + annealingSteps;
    }

    /** How many steps of annealing are done after so many steps. */
    long annealed(long steps) {
        return Math.clamp(steps - warmUpSteps - cosineSteps, 0, annealingSteps);
    }

    /** The rate of each step. */
    public LearningRate rate() {
        LearningRate rate = new LearningRate.Cosine(peak, finalFraction, cosineSteps);
        if (annealingSteps > 0) {
            LearningRate annealing = new LearningRate.Annealing(peak * finalFraction, annealingSteps);
            rate = new LearningRate.Sequence(rate, cosineSteps, annealing);
        }
        return warmUpSteps > 0 ? new LearningRate.WarmUp(warmUpSteps, rate) : rate;
    }

    /** The same shape over another number of steps; a part that is there keeps one at least. */
    RateSchedule scaled(long steps) {
        long warmUp = part(warmUpSteps, steps);
        long annealing = part(annealingSteps, steps);
        FieldException.require(warmUp + annealing < steps, "steps", steps, "more than " + (warmUp + annealing));
        return new RateSchedule(peak, warmUp, steps - warmUp - annealing, finalFraction, annealing);
    }

    private long part(long own, long steps) {
        return own == 0 ? 0 : Math.max(1, Math.round((double) own * steps / steps()));
    }
}
