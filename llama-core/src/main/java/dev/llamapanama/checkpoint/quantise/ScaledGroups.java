// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/**
 * A block of 256 numbers in groups, each with a small whole number c as its scale: y = d·c·q. Each group first gets the scale it would
 * like; then, in turn while the error falls, every group takes the best of the three c next to that, and d becomes the least-squares
 * factor of all c·q.
 */
abstract class ScaledGroups extends BlockQuantiser {
    private static final int SIZE = 256;
    private static final int MOST_TURNS = 2;

    private final Levels levels;
    private final Levels factors;
    private final ScaleSearch search;
    private final int group;
    private final double[] wanted;
    private final int[] chosen;
    private final int[] codes = new int[SIZE];
    private double error;
    private double next;

    /**
     * @param levels of q
     * @param factors of c, the lowest being the furthest from 0
     * @param group numbers that share a c
     */
    ScaledGroups(DType type, Levels levels, Levels factors, int group) {
        super(type);
        this.levels = levels;
        this.factors = factors;
        this.search = new ScaleSearch(levels);
        this.group = group;
        this.wanted = new double[SIZE / group];
        this.chosen = new int[SIZE / group];
    }

    /**
     * Stores a block.
     *
     * @param factors c of each group
     * @param codes of q, from 0
     */
    abstract void pack(float d, int[] factors, int[] codes, byte[] block);

    @Override
    final void store(float[] values, int start, byte[] block) {
        float d = unit(values, start);
        choose(values, start, d);
        for (int k = 0; k < chosen.length; k++) {
            float inverse = Halves.inverse(d * chosen[k]);
            for (int i = k * group; i < (k + 1) * group; i++) {
                codes[i] = levels.code(values[start + i] * inverse);
            }
        }
        pack(d, chosen, codes, block);
    }

    private float unit(float[] values, int start) {
        double furthest = 0;
        for (int k = 0; k < wanted.length; k++) {
            wanted[k] = search.scale(values, start + k * group, group);
            furthest = Math.abs(wanted[k]) > Math.abs(furthest) ? wanted[k] : furthest;
        }
        float best = Halves.nearest(furthest / factors.lowest());
        choose(values, start, best);
        double bestError = error;
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            float d = Halves.nearest(next);
            choose(values, start, d);
            if (!(error < bestError)) {
                break;
            }
            best = d;
            bestError = error;
        }
        return best;
    }

    /** Finds every c for a given d, the error of all, and the d that would be best for them. */
    private void choose(float[] values, int start, float d) {
        float inverse = Halves.inverse(d);
        double products = 0;
        double squares = 0;
        error = 0;
        for (int k = 0; k < chosen.length; k++) {
            int middle = (int) factors.nearest((float) wanted[k] * inverse);
            Fit best = new Fit(0, Double.POSITIVE_INFINITY, 0, 0);
            for (int c = Math.max(factors.lowest(), middle - 1); c <= Math.min(factors.highest(), middle + 1); c++) {
                Fit fit = fit(values, start + k * group, c, d);
                best = fit.error < best.error ? fit : best;
            }
            chosen[k] = best.factor;
            error += best.error;
            products += best.factor * best.products;
            squares += (double) best.factor * best.factor * best.squares;
        }
        next = squares == 0 ? 0 : products / squares;
    }

    /** How well a group fits with one c: Σ (x − d·c·q)², Σ xq, Σ q². */
    private record Fit(int factor, double error, double products, double squares) {}

    private Fit fit(float[] values, int start, int factor, float d) {
        float scale = d * factor;
        float inverse = Halves.inverse(scale);
        double sum = 0;
        double products = 0;
        double squares = 0;
        for (int i = start; i < start + group; i++) {
            float q = levels.nearest(values[i] * inverse);
            float difference = values[i] - scale * q;
            sum += difference * difference;
            products += values[i] * q;
            squares += q * q;
        }
        return new Fit(factor, sum, products, squares);
    }
}
