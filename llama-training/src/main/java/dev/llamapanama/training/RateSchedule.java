// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.optimise.LearningRate;
import org.jspecify.annotations.Nullable;

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
    /** Tokens of more would be no longs: Llama 3 took 1.2 million. */
    private static final long MOST_STEPS = Integer.MAX_VALUE;

    /** Checks that there are steps and rates. */
    public RateSchedule {
        FieldException.require(peak > 0 && peak < Double.POSITIVE_INFINITY, "peak", peak, "above 0");
        requireSteps("warmUpSteps", warmUpSteps, 0);
        requireSteps("cosineSteps", cosineSteps, 1);
        FieldException.require(finalFraction >= 0 && finalFraction <= 1, "finalFraction", finalFraction, "0 to 1");
        requireSteps("annealingSteps", annealingSteps, 0);
    }

    private static void requireSteps(String field, long steps, int least) {
        FieldException.require(steps >= least, field, steps, least + " or more");
        FieldException.require(steps <= MOST_STEPS, field, steps, "at most " + MOST_STEPS);
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

    /**
     * The same over another number of steps: what changes is the length of the wave.
     *
     * @param warmUpShare of the steps that warm up, if that are more than {@link #warmUpSteps}, and as far as there are so many; or null for these alone
     */
    RateSchedule lasting(long steps, @Nullable Double warmUpShare) {
        long warmUp = warmUpShare == null
                ? warmUpSteps
                : Math.min(
                        Math.max(warmUpSteps, Math.round(warmUpShare * steps)),
                        Math.max(0, steps - annealingSteps - 1));
        FieldException.require(
                warmUp + annealingSteps < steps,
                "schedule",
                "warm-up and annealing of " + (warmUp + annealingSteps) + " steps",
                "fewer than there are: " + steps);
        return new RateSchedule(peak, warmUp, steps - warmUp - annealingSteps, finalFraction, annealingSteps);
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
