// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.quantise;

import dev.llamapanama.tensor.DType;

/**
 * A block of 256 numbers in groups, each with small whole numbers a and b for its scale and minimum: y = d·a·q − e·b. Each group first
 * gets the line it would like; then, in turn while the error falls, every group takes the best of the nine pairs next to that, and d
 * and e become the least-squares factors of all a·q and b.
 */
abstract class RangedGroups extends BlockQuantiser {
    private static final int SIZE = 256;
    private static final int MOST_TURNS = 2;

    private final int top;
    private final int most;
    private final int group;
    private final RangeSearch search;
    private final double[] scales;
    private final double[] minima;
    private final int[] a;
    private final int[] b;
    private final int[] codes = new int[SIZE];
    private final NormalEquations equations = new NormalEquations();
    private double error;

    /**
     * @param top the highest q
     * @param most the highest a and b
     * @param group numbers that share them
     */
    RangedGroups(DType type, int top, int most, int group) {
        super(type);
        this.top = top;
        this.most = most;
        this.group = group;
        this.search = new RangeSearch(top, true);
        this.scales = new double[SIZE / group];
        this.minima = new double[SIZE / group];
        this.a = new int[SIZE / group];
        this.b = new int[SIZE / group];
    }

    /** Stores a block. */
    abstract void pack(float d, float e, int[] a, int[] b, int[] codes, byte[] block);

    @Override
    final void store(float[] values, int start, byte[] block) {
        Units units = units(values, start);
        choose(values, start, units);
        for (int k = 0; k < a.length; k++) {
            float inverse = Halves.inverse(units.d * a[k]);
            for (int i = k * group; i < (k + 1) * group; i++) {
                codes[i] = RangeSearch.code(values[start + i], inverse, -units.e * b[k], top);
            }
        }
        pack(units.d, units.e, a, b, codes, block);
    }

    private record Units(float d, float e) {
        static Units nearest(double d, double e) {
            return new Units(Halves.nearest(Math.max(0, d)), Halves.nearest(Math.max(0, e)));
        }
    }

    private Units units(float[] values, int start) {
        double scale = 0;
        double minimum = 0;
        for (int k = 0; k < scales.length; k++) {
            search.fit(values, start + k * group, group);
            scales[k] = search.scale();
            minima[k] = -search.offset();
            scale = Math.max(scale, scales[k]);
            minimum = Math.max(minimum, minima[k]);
        }
        Units best = Units.nearest(scale / most, minimum / most);
        choose(values, start, best);
        double bestError = error;
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            Units next = Units.nearest(equations.first(), equations.second());
            choose(values, start, next);
            if (!(error < bestError)) {
                break;
            }
            best = next;
            bestError = error;
        }
        return best;
    }

    /** Finds every a and b for given d and e, the error of all, and the equations of the best d and e for them. */
    private void choose(float[] values, int start, Units units) {
        equations.clear();
        error = 0;
        float inverseD = Halves.inverse(units.d);
        float inverseE = Halves.inverse(units.e);
        for (int k = 0; k < a.length; k++) {
            int middleA = near(scales[k] * inverseD);
            int middleB = near(minima[k] * inverseE);
            double least = Double.POSITIVE_INFINITY;
            for (int i = Math.max(0, middleA - 1); i <= Math.min(most, middleA + 1); i++) {
                for (int j = Math.max(0, middleB - 1); j <= Math.min(most, middleB + 1); j++) {
                    double found = errorOf(values, start + k * group, units.d * i, units.e * j);
                    if (found < least) {
                        least = found;
                        a[k] = i;
                        b[k] = j;
                    }
                }
            }
            error += least;
            addEquations(values, start + k * group, k, units);
        }
    }

    private int near(double value) {
        return (int) Math.max(0, Math.min(most, Math.rint(value)));
    }

    private double errorOf(float[] values, int start, float scale, float minimum) {
        float inverse = Halves.inverse(scale);
        double sum = 0;
        for (int i = start; i < start + group; i++) {
            float difference = values[i] - (scale * RangeSearch.code(values[i], inverse, -minimum, top) - minimum);
            sum += difference * difference;
        }
        return sum;
    }

    private void addEquations(float[] values, int start, int k, Units units) {
        float inverse = Halves.inverse(units.d * a[k]);
        for (int i = start; i < start + group; i++) {
            equations.add(a[k] * RangeSearch.code(values[i], inverse, -units.e * b[k], top), -b[k], values[i]);
        }
    }
}
