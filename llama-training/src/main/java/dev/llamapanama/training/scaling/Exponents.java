// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.function.ToDoubleFunction;

/**
 * A search for the exponents of a law: all else in it is linear, and known once they are. A grid over their logarithms finds the valley, a
 * compass goes down in it: to the lowest of the neighbours in all directions, with longer steps as long as that helps and shorter ones where it
 * doesn't.
 */
final class Exponents {
    static final double LEAST = 0.02, MOST = 3;
    private static final int GRID = 20;
    private static final double SPACING = Math.log(MOST / LEAST) / (GRID - 1);
    private static final int MOST_MOVES = 20_000;

    private final ToDoubleFunction<double[]> error;
    private final double finest;
    private double[] best;
    private double lowest = Double.POSITIVE_INFINITY;

    private Exponents(ToDoubleFunction<double[]> error, double finest, int count) {
        this.error = error;
        this.finest = finest;
        best = new double[count];
    }

    /**
     * The best anywhere.
     *
     * @param error of so many exponents, to be made small
     * @param finest steps of the search, relative to an exponent
     */
    static double[] anywhere(ToDoubleFunction<double[]> error, int count, double finest) {
        Exponents search = new Exponents(error, finest, count);
        int places = (int) Math.pow(GRID, count);
        for (int place = 0; place < places; place++) {
            double[] at = new double[count];
            for (int i = 0, rest = place; i < count; i++, rest /= GRID) {
                at[i] = Math.log(LEAST) + rest % GRID * SPACING;
            }
            search.offer(at);
        }
        return search.descended(SPACING);
    }

    /** The best in the valley where some are. */
    static double[] near(ToDoubleFunction<double[]> error, double[] exponents, double finest) {
        Exponents search = new Exponents(error, finest, exponents.length);
        double[] at = new double[exponents.length];
        for (int i = 0; i < at.length; i++) {
            at[i] = Math.log(exponents[i]);
        }
        search.offer(at);
        return search.descended(SPACING / 4);
    }

    /** Whether it is one that was looked for and not where looking ended. */
    static boolean isInside(double exponent) {
        return exponent > LEAST * (1 + 1e-3) && exponent < MOST * (1 - 1e-3);
    }

    private double[] descended(double widest) {
        double step = widest;
        for (int move = 0; move < MOST_MOVES && step > finest; move++) {
            step = moved(step) ? Math.min(widest, 2 * step) : step / 2;
        }
        return exponents(best);
    }

    private boolean moved(double step) {
        double[] from = best;
        double before = lowest;
        int directions = (int) Math.pow(3, from.length);
        for (int direction = 0; direction < directions; direction++) {
            double[] at = from.clone();
            for (int i = 0, rest = direction; i < at.length; i++, rest /= 3) {
                at[i] = Math.clamp(at[i] + (rest % 3 - 1) * step, Math.log(LEAST), Math.log(MOST));
            }
            offer(at);
        }
        return lowest < before;
    }

    private void offer(double[] at) {
        double found = error.applyAsDouble(exponents(at));
        if (found < lowest) {
            lowest = found;
            best = at;
        }
    }

    private static double[] exponents(double[] logarithms) {
        double[] exponents = new double[logarithms.length];
        for (int i = 0; i < exponents.length; i++) {
            exponents[i] = Math.exp(logarithms[i]);
        }
        return exponents;
    }
}
