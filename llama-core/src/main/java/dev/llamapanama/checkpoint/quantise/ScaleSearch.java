// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

/**
 * The scale d with which levels q fit numbers x best: least Σ (x − d·q)². For given q that is d = Σxq / Σq², and (Σxq)² / Σq² is what
 * it takes off the error; so scales are tried that put the furthest number near either end of the levels, and from the best the two
 * steps, nearest levels and best scale, go on in turn while they gain (Lloyd 1982).
 */
final class ScaleSearch {
    private static final int STEPS = 3;
    private static final float STEP = 1 / 2f;
    private static final int MOST_TURNS = 4;
    /** With more levels than these the ends alone are as good. */
    private static final int FINE = 64;

    private final Levels levels;
    private double gain;

    ScaleSearch(Levels levels) {
        this.levels = levels;
    }

    /**
     * @return the scale, whose sign tells which end of the levels the furthest number has; 0 where all are 0
     */
    double scale(float[] values, int start, int count) {
        float furthest = furthest(values, start, count);
        double best = 0;
        double bestGain = -1;
        int steps = levels.count() > FINE ? 1 : STEPS;
        for (int end = 0; end < 2 && furthest != 0; end++) {
            int level = end == 0 ? levels.lowest() : levels.highest();
            int half = levels.count() / 2;
            float unit = STEP * level / half;
            for (int i = -steps; i <= steps; i++) {
                double scale = fit(values, start, count, (level + i * unit) / furthest);
                if (gain > bestGain) {
                    best = scale;
                    bestGain = gain;
                }
            }
        }
        return improved(values, start, count, best, bestGain);
    }

    private double improved(float[] values, int start, int count, double scale, double scaleGain) {
        double best = scale;
        double bestGain = scaleGain;
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            double next = fit(values, start, count, Halves.inverse(best));
            if (!(gain > bestGain)) {
                break;
            }
            best = next;
            bestGain = gain;
        }
        return best;
    }

    private double fit(float[] values, int start, int count, float inverse) {
        double products = 0;
        double squares = 0;
        for (int i = start; i < start + count; i++) {
            float level = levels.nearest(values[i] * inverse);
            products += values[i] * level;
            squares += level * level;
        }
        gain = squares == 0 ? 0 : products * products / squares;
        return squares == 0 ? 0 : products / squares;
    }

    private static float furthest(float[] values, int start, int count) {
        float furthest = 0;
        for (int i = start; i < start + count; i++) {
            furthest = Math.abs(values[i]) > Math.abs(furthest) ? values[i] : furthest;
        }
        return furthest;
    }
}
