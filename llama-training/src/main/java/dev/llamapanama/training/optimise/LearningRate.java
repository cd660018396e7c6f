// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

/** A schedule of learning rates; a value. Steps count from 0, the first that changes weights. */
public sealed interface LearningRate {

    /** The rate of a step. */
    double at(long step);

    /** Always the same. */
    record Constant(double rate) implements LearningRate {
        @Override
        public double at(long step) {
            return rate;
        }
    }

    /**
     * Half a cosine wave from the peak to a fraction of it, where it stays.
     *
     * @param peak of step 0
     * @param fraction of the peak at the end: a tenth for Llama 1 and 2
     * @param steps after which it is reached
     */
    record Cosine(double peak, double fraction, long steps) implements LearningRate {
        public Cosine {
            requireSteps(steps);
        }

        @Override
        public double at(long step) {
            double wave = (1 + Math.cos(Math.PI * Math.min(step, steps) / steps)) / 2;
            return peak * (fraction + (1 - fraction) * wave);
        }
    }

    /**
     * A straight line down to 0, where it stays: the annealing of Llama 3.
     *
     * @param from rate of step 0
     * @param steps after which it is 0
     */
    record Annealing(double from, long steps) implements LearningRate {
        public Annealing {
            requireSteps(steps);
        }

        @Override
        public double at(long step) {
            return from * (steps - Math.min(step, steps)) / steps;
        }
    }

    /**
     * A straight line up to where another schedule begins, which it reaches in its last step.
     *
     * @param steps of the line; step 0 has one part of so many
     * @param then what follows, from its step 0 on
     */
    record WarmUp(long steps, LearningRate then) implements LearningRate {
        public WarmUp {
            requireSteps(steps);
        }

        @Override
        public double at(long step) {
            return step < steps ? then.at(0) * (step + 1) / steps : then.at(step - steps);
        }
    }

    /**
     * Two schedules one after the other.
     *
     * @param steps of the first
     * @param then what follows, from its step 0 on
     */
    record Sequence(LearningRate first, long steps, LearningRate then) implements LearningRate {
        public Sequence {
            requireSteps(steps);
        }

        @Override
        public double at(long step) {
            return step < steps ? first.at(step) : then.at(step - steps);
        }
    }

    private static void requireSteps(long steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: found " + steps + ", expected at least 1");
        }
    }
}
