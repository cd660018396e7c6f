// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How many guesses a step is to have: as many as promise the most tokens in a second, by how often guesses came true and how long steps took
 * that had so many. None, where guessing doesn't pay.
 */
final class GuessCount {
    /** What is supposed as long as nothing is known. */
    private static final double HOPE = 0.8;
    /** Weight of what was seen last. */
    private static final double NEWEST = 0.1;
    /** What wasn't tried for long seems a little better with each step, so that it's tried again. */
    private static final double FORGETTING = 0.99;

    /** By the number of guesses; 0 for what is unknown. */
    private final double[] nanos;

    private double right = HOPE;

    GuessCount(int most) {
        nanos = new double[most + 1];
    }

    int best() {
        return IntStream.range(0, nanos.length)
                .boxed()
                .max(Comparator.comparingDouble(guesses -> tokens(guesses) / cost(guesses)))
                .orElse(0);
    }

    /** The expected tokens of a step: one, and one more for each guess before the first that is wrong. */
    private double tokens(int guesses) {
        return IntStream.rangeClosed(0, guesses)
                .mapToDouble(n -> Math.pow(right, n))
                .sum();
    }

    /** What it took, or what lies between its neighbours. Where there is but one of these, what it takes is underrated, so that it's tried. */
    private double cost(int guesses) {
        int below = guesses;
        while (below >= 0 && nanos[below] == 0) {
            below--;
        }
        int above = guesses;
        while (above < nanos.length && nanos[above] == 0) {
            above++;
        }
        if (above == nanos.length) {
            return below < 0 ? 1 : nanos[below];
        }
        return below < 0 || below == above
                ? nanos[above] * (guesses + 1) / (above + 1)
                : nanos[below] + (nanos[above] - nanos[below]) * (guesses - below) / (above - below);
    }

    /** A step with so many guesses took so long, drafting included. */
    void took(int guesses, long time) {
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] *= FORGETTING;
        }
        nanos[guesses] = nanos[guesses] == 0 ? time : (nanos[guesses] + time) / 2;
        if (guesses == 0) {
            right += (HOPE - right) * (1 - FORGETTING);
        }
    }

    void saw(boolean guessWasRight) {
        right += ((guessWasRight ? 1 : 0) - right) * NEWEST;
    }
}
