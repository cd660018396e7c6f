// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The loss of any model: {@code irreducible + perParameter / parameters^parameterExponent + perToken / tokens^tokenExponent}. That is the third approach of
 * Hoffmann et al. (arXiv 2203.15556), with their loss of Huber, delta 0.001, against outliers.
 *
 * @param irreducible their E
 * @param perParameter their A
 * @param parameterExponent their alpha
 * @param perToken their B
 * @param tokenExponent their beta
 */
public record ParametricLaw(
        double irreducible, double perParameter, double parameterExponent, double perToken, double tokenExponent)
        implements LossLaw {
    private static final int CONSTANTS = 5;
    private static final int LEAST_SIZES = 3;
    private static final double HUBER = 1e-3;
    private static final int REWEIGHTINGS = 30;
    /** Less than this of every loss is rounding. */
    private static final double NO_PART = 1e-6;

    private static final double SETTLED = 1e-5;
    private static final double FINEST = 1e-9, FINEST_AGAIN = 1e-4;

    /**
     * The law of some points, or nothing where they don't tell its constants: there are fewer than six, or fewer than three sizes or numbers of tokens, or one of both has no
     * part in the loss.
     */
    public static Optional<ParametricLaw> fit(List<ScalingPoint> points) {
        if (points.size() <= CONSTANTS
                || different(points, ScalingPoint::parameters) < LEAST_SIZES
                || different(points, ScalingPoint::tokens) < LEAST_SIZES) {
            return Optional.empty();
        }
        ParametricLaw law = of(points, null);
        boolean told = Exponents.isInside(law.parameterExponent)
                && Exponents.isInside(law.tokenExponent)
                && points.stream().anyMatch(point -> law.ofParameters(point) > NO_PART * point.loss())
                && points.stream().anyMatch(point -> law.ofTokens(point) > NO_PART * point.loss());
        return told ? Optional.of(law) : Optional.empty();
    }

    /** The law for other losses of the same points. */
    ParametricLaw again(List<ScalingPoint> points) {
        return of(points, new double[] {parameterExponent, tokenExponent});
    }

    private double ofParameters(ScalingPoint point) {
        return perParameter * Math.pow((double) point.parameters(), -parameterExponent);
    }

    private double ofTokens(ScalingPoint point) {
        return perToken * Math.pow((double) point.tokens(), -tokenExponent);
    }

    private static long different(List<ScalingPoint> points, ToLongFunction<ScalingPoint> size) {
        return points.stream().mapToLong(size).distinct().count();
    }

    private static ParametricLaw of(List<ScalingPoint> points, double @Nullable [] near) {
        double[] parameters =
                points.stream().mapToDouble(ScalingPoint::parameters).toArray();
        double[] tokens = points.stream().mapToDouble(ScalingPoint::tokens).toArray();
        double[] losses = points.stream().mapToDouble(ScalingPoint::loss).toArray();
        double size = middle(parameters);
        double length = middle(tokens);
        double[] weights = new double[losses.length];
        Arrays.fill(weights, 1);
        double finest = near == null ? FINEST : FINEST_AGAIN;
        double[] exponents = near == null ? new double[0] : near;
        for (int i = 0; i < REWEIGHTINGS; i++) {
            ToDoubleFunction<double[]> error =
                    at -> LeastSquares.nonNegative(columns(parameters, size, tokens, length, at), losses, weights)
                            .squares();
            double[] before = exponents;
            exponents =
                    before.length == 0 ? Exponents.anywhere(error, 2, finest) : Exponents.near(error, before, finest);
            reweigh(weights, columns(parameters, size, tokens, length, exponents), losses);
            if (before.length > 0
                    && Math.abs(exponents[0] / before[0] - 1) + Math.abs(exponents[1] / before[1] - 1) < SETTLED) {
                break;
            }
        }
        double[] linear = LeastSquares.nonNegative(
                        columns(parameters, size, tokens, length, exponents), losses, weights)
                .coefficients();
        return new ParametricLaw(
                linear[0],
                linear[1] * Math.pow(size, exponents[0]),
                exponents[0],
                linear[2] * Math.pow(length, exponents[1]),
                exponents[1]);
    }

    private static double middle(double[] values) {
        return Math.exp(Arrays.stream(values).map(Math::log).average().orElseThrow());
    }

    private static double[][] columns(
            double[] parameters, double size, double[] tokens, double length, double[] exponents) {
        double[][] columns = new double[3][parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            columns[0][i] = 1;
            columns[1][i] = Math.pow(parameters[i] / size, -exponents[0]);
            columns[2][i] = Math.pow(tokens[i] / length, -exponents[1]);
        }
        return columns;
    }

    /** Squares with these weights have the gradient of Huber's loss. */
    private static void reweigh(double[] weights, double[][] columns, double[] losses) {
        double[] linear = LeastSquares.nonNegative(columns, losses, weights).coefficients();
        for (int i = 0; i < losses.length; i++) {
            double fitted = 0;
            for (int j = 0; j < linear.length; j++) {
                fitted += linear[j] * columns[j][i];
            }
            weights[i] = Math.min(1, HUBER / Math.abs(fitted / losses[i] - 1));
        }
    }

    @Override
    public double loss(double parameters, double tokens) {
        return irreducible
                + perParameter * Math.pow(parameters, -parameterExponent)
                + perToken * Math.pow(tokens, -tokenExponent);
    }

    @Override
    public int constants() {
        return CONSTANTS;
    }

    /** The size with the least loss for each compute. */
    public OptimalSize optimal() {
        double both = parameterExponent + tokenExponent;
        double exponent = tokenExponent / both;
        double ratio = parameterExponent * perParameter / (tokenExponent * perToken);
        double coefficient = Math.pow(ratio, 1 / both) / Math.pow(ScalingPoint.operations(1, 1), exponent);
        return new OptimalSize(coefficient, exponent);
    }
}
