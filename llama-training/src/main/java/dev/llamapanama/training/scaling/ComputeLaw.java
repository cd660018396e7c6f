// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The loss of the best model for so much compute: {@code irreducible + coefficient · compute^−exponent}. Where the irreducible loss can't be told from 0, it
 * is 0 and the law a straight line between logarithms.
 *
 * @param irreducible what no compute takes away
 * @param coefficient the rest, of one operation
 * @param exponent how fast it falls
 */
public record ComputeLaw(double irreducible, double coefficient, double exponent) implements LossLaw {
    /** Fewer points than distinct computes make no line with an error. */
    static final int LEAST_POINTS = 3;

    private static final double FINEST = 1e-9, FINEST_AGAIN = 1e-4;
    /** Losses aren't known better than by this part of themselves. */
    private static final double RESOLUTION = 1e-10;

    /**
     * The law of some points. It has an irreducible loss if Akaike's criterion, corrected for few points, says that this is more than a better fit of
     * noise; that takes six points at least.
     *
     * @param points the best of each budget
     * @throws ScalingLawException if there are too few, or their losses don't fall
     */
    public static ComputeLaw fit(List<ScalingPoint> points) {
        requireDifferent(points.stream().mapToDouble(ScalingPoint::compute));
        ComputeLaw line = line(points);
        ComputeLaw curve = curve(points, null);
        ComputeLaw law = criterion(curve, 3, points) < criterion(line, 2, points) ? curve : line;
        ScalingLawException.require(
                law.exponent > RESOLUTION,
                "loss",
                "one that grows with compute (exponent " + law.exponent + ")",
                "one that falls");
        return law;
    }

    static void requireDifferent(DoubleStream computes) {
        long different = computes.distinct().count();
        ScalingLawException.require(
                different >= LEAST_POINTS, "compute", different + " different", LEAST_POINTS + " or more");
    }

    /** The same kind of law for other losses of the same points. */
    ComputeLaw again(List<ScalingPoint> points) {
        return irreducible > 0 ? curve(points, this) : line(points);
    }

    private static ComputeLaw line(List<ScalingPoint> points) {
        double[] x =
                points.stream().mapToDouble(point -> Math.log(point.compute())).toArray();
        double[] y =
                points.stream().mapToDouble(point -> Math.log(point.loss())).toArray();
        StraightLine line = StraightLine.through(x, y);
        return new ComputeLaw(0, Math.exp(line.start()), -line.slope());
    }

    private static ComputeLaw curve(List<ScalingPoint> points, @Nullable ComputeLaw near) {
        double middle = Math.exp(points.stream()
                .mapToDouble(point -> Math.log(point.compute()))
                .average()
                .orElseThrow());
        double[] losses = points.stream().mapToDouble(ScalingPoint::loss).toArray();
        double[] weights = new double[losses.length];
        Arrays.fill(weights, 1);
        double[] ones = weights.clone();
        Columns columns = exponents -> new double[][] {
            ones,
            points.stream()
                    .mapToDouble(point -> Math.pow(point.compute() / middle, -exponents[0]))
                    .toArray()
        };
        ToDoubleFunction<double[]> error =
                at -> LeastSquares.nonNegative(columns.of(at), losses, weights).squares();
        double[] found = near == null
                ? Exponents.anywhere(error, 1, FINEST)
                : Exponents.near(error, new double[] {near.exponent}, FINEST_AGAIN);
        double[] linear =
                LeastSquares.nonNegative(columns.of(found), losses, weights).coefficients();
        return new ComputeLaw(linear[0], linear[1] * Math.pow(middle, found[0]), found[0]);
    }

    private interface Columns {
        double[][] of(double[] exponents);
    }

    /** Akaike's, with Hurvich and Tsai's correction; the variance of the noise is one more constant. */
    private static double criterion(ComputeLaw law, int fitted, List<ScalingPoint> points) {
        int n = points.size();
        int k = fitted + 1;
        if (n <= k + 1) {
            return fitted == 2 ? 0 : Double.POSITIVE_INFINITY;
        }
        double squares = points.stream()
                .mapToDouble(point -> Math.pow(Math.log(point.loss() / law.loss(point.compute())), 2))
                .sum();
        double variance = Math.max(squares / n, RESOLUTION * RESOLUTION);
        return n * Math.log(variance) + 2.0 * k + 2.0 * k * (k + 1) / (n - k - 1);
    }

    /** The loss for so many operations. */
    public double loss(double compute) {
        return irreducible + coefficient * Math.pow(compute, -exponent);
    }

    @Override
    public double loss(double parameters, double tokens) {
        return loss(ScalingPoint.operations(parameters, tokens));
    }

    @Override
    public int constants() {
        return irreducible > 0 ? 3 : 2;
    }
}
