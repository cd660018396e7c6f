// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Families that were never trained. */
final class Points {
    private Points() {}

    /** One point for each compute, from 1e12 on in steps of some factor. */
    static List<ScalingPoint> along(ComputeLaw law, int count, double factor) {
        List<ScalingPoint> points = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            double compute = 1e12 * Math.pow(factor, i);
            long parameters = Math.round(Math.sqrt(compute / 120));
            long tokens = Math.round(compute / 6 / parameters);
            double loss = law.loss(ScalingPoint.operations((double) parameters, (double) tokens));
            points.add(new ScalingPoint("m" + i, "s" + i, compute, parameters, tokens, loss));
        }
        return points;
    }

    /** Each size with each budget of compute. */
    static List<ScalingPoint> grid(LossLaw law, long[] sizes, double... budgets) {
        List<ScalingPoint> points = new ArrayList<>();
        for (double budget : budgets) {
            for (long size : sizes) {
                long tokens = Math.round(budget / 6 / size);
                points.add(new ScalingPoint(
                        size + "-" + budget, "s" + size, budget, size, tokens, law.loss((double) size, (double)
                                tokens)));
            }
        }
        return points;
    }

    static List<ScalingPoint> noisy(List<ScalingPoint> points, double deviation, Random random) {
        return points.stream()
                .map(point -> point.withLoss(point.loss() * Math.exp(deviation * random.nextGaussian())))
                .toList();
    }
}
