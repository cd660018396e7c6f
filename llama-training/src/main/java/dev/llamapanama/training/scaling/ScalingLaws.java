// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the points of a family say. A value.
 *
 * @param best the points with the least loss for their compute
 * @param byCompute the law of those
 * @param bySize the law of all points, or null where they don't tell its constants
 * @param optimalBySize the best sizes by that, or null
 * @param minima the best size of each budget of compute, where it lies between those trained
 * @param optimalByMinima the best sizes by those, or null where there are fewer than two
 */
public record ScalingLaws(
        List<ScalingPoint> best,
        ComputeLaw byCompute,
        @Nullable ParametricLaw bySize,
        @Nullable OptimalSize optimalBySize,
        List<IsoFlopMinimum> minima,
        @Nullable OptimalSize optimalByMinima) {

    /** Copies the lists. */
    public ScalingLaws {
        best = List.copyOf(best);
        minima = List.copyOf(minima);
    }

    /**
     * Whether so many different computes can tell a law, whatever the losses are.
     *
     * @throws ScalingLawException if there are too few
     */
    public static void requireDifferent(double... computes) {
        ComputeLaw.requireDifferent(Arrays.stream(computes));
    }

    /**
     * Laws of points with equal budgets of compute.
     *
     * @throws ScalingLawException if there are too few of different compute, or their losses don't fall
     */
    public static ScalingLaws ofEqualCompute(List<ScalingPoint> points) {
        Map<Double, ScalingPoint> best = new TreeMap<>();
        for (ScalingPoint point : points) {
            best.merge(point.budget(), point, (one, other) -> other.loss() < one.loss() ? other : one);
        }
        return of(points, List.copyOf(best.values()), IsoFlopMinimum.of(points));
    }

    /**
     * Laws of points of any compute. The best are those that no point of less compute has a lower loss than.
     *
     * @throws ScalingLawException see {@link #ofEqualCompute}
     */
    public static ScalingLaws ofAnyCompute(List<ScalingPoint> points) {
        List<ScalingPoint> best = new ArrayList<>();
        points.stream()
                .sorted(Comparator.comparingDouble(ScalingPoint::compute).thenComparingDouble(ScalingPoint::loss))
                .forEach(point -> {
                    if (best.isEmpty() || point.loss() < best.getLast().loss()) {
                        best.add(point);
                    }
                });
        return of(points, best, List.of());
    }

    private static ScalingLaws of(List<ScalingPoint> points, List<ScalingPoint> best, List<IsoFlopMinimum> minima) {
        for (ScalingPoint point : points) {
            boolean finite = point.loss() > 0 && point.loss() < Double.POSITIVE_INFINITY;
            ScalingLawException.require(finite, "loss of " + point.member(), point.loss(), "a number above 0");
        }
        ParametricLaw bySize = ParametricLaw.fit(points).orElse(null);
        return new ScalingLaws(
                best,
                ComputeLaw.fit(best),
                bySize,
                bySize == null ? null : bySize.optimal(),
                minima,
                OptimalSize.fit(minima).orElse(null));
    }

    /**
     * What they say of a model that isn't trained yet, each law by itself.
     *
     * @param points that the laws are of
     */
    public List<Prediction> predict(List<ScalingPoint> points, double parameters, double tokens) {
        Predictor predictor = new Predictor(parameters, tokens);
        List<Prediction> predictions = new ArrayList<>();
        predictions.add(predictor.by(byCompute, best));
        if (bySize != null) {
            predictions.add(predictor.by(bySize, points));
        }
        return predictions;
    }
}
