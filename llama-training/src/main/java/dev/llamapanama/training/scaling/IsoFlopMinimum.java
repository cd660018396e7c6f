// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The best size for one budget, between those that were trained: the lowest point of a parabola of the loss over the logarithm of the number of weights. That is the
 * second approach of Hoffmann et al., and that of Llama 3.
 *
 * @param compute the budget
 * @param parameters weights of the best model
 * @param loss it would have
 */
public record IsoFlopMinimum(double compute, double parameters, double loss) {
    private static final int LEAST_SIZES = 3;

    /** Those of all budgets with three sizes or more, where the lowest point lies between the smallest and the largest. */
    static List<IsoFlopMinimum> of(List<ScalingPoint> points) {
        List<IsoFlopMinimum> minima = new ArrayList<>();
        double[] budgets = points.stream()
                .mapToDouble(ScalingPoint::budget)
                .distinct()
                .sorted()
                .toArray();
        for (double budget : budgets) {
            List<ScalingPoint> equal =
                    points.stream().filter(point -> point.budget() == budget).toList();
            if (equal.stream().mapToLong(ScalingPoint::parameters).distinct().count() >= LEAST_SIZES) {
                add(minima, budget, equal);
            }
        }
        return minima;
    }

    private static void add(List<IsoFlopMinimum> minima, double budget, List<ScalingPoint> points) {
        double[] sizes = points.stream()
                .mapToDouble(point -> Math.log((double) point.parameters()))
                .toArray();
        double middle = Arrays.stream(sizes).average().orElseThrow();
        double[][] columns = new double[3][sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            columns[0][i] = 1;
            columns[1][i] = sizes[i] - middle;
            columns[2][i] = columns[1][i] * columns[1][i];
        }
        double[] losses = points.stream().mapToDouble(ScalingPoint::loss).toArray();
        double[] ones = columns[0].clone();
        double[] parabola = LeastSquares.of(columns, losses, ones).coefficients();
        double lowest = -parabola[1] / (2 * parabola[2]);
        boolean inside = lowest > Arrays.stream(columns[1]).min().orElseThrow()
                && lowest < Arrays.stream(columns[1]).max().orElseThrow();
        if (parabola[2] > 0 && inside) {
            minima.add(new IsoFlopMinimum(budget, Math.exp(middle + lowest), parabola[0] + parabola[1] * lowest / 2));
        }
    }
}
