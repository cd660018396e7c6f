// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/**
 * Predictions with intervals by a parametric bootstrap: points are drawn from the law with noise, a law is fitted to them, and says the loss with noise again. The
 * variance of the noise is drawn too, from what the points' distances from the law leave open, so that a few points that happen to lie on a line don't make
 * certain. For a straight line it is the textbook's interval by Student's t. That the law goes on as it is, is taken for granted.
 */
final class Predictor {
    private static final int DRAWS = 1_000;
    private static final double OUTSIDE = 0.05;
    private static final long SEED = 1;

    private final double parameters;
    private final double tokens;
    private final int draws;

    /** Of a model of some size and training. */
    Predictor(double parameters, double tokens) {
        this(parameters, tokens, DRAWS);
    }

    Predictor(double parameters, double tokens, int draws) {
        this.parameters = parameters;
        this.tokens = tokens;
        this.draws = draws;
    }

    Prediction by(ComputeLaw law, List<ScalingPoint> points) {
        return by("compute", law, points, law::again);
    }

    Prediction by(ParametricLaw law, List<ScalingPoint> points) {
        return by("size", law, points, law::again);
    }

    private Prediction by(
            String name, LossLaw law, List<ScalingPoint> points, Function<List<ScalingPoint>, LossLaw> again) {
        Random random = new Random(SEED);
        double squares = 0;
        for (ScalingPoint point : points) {
            double error = Math.log(point.loss() / law.loss(point));
            squares += error * error;
        }
        double[] losses = new double[draws];
        for (int i = 0; i < draws; i++) {
            double deviation = Math.sqrt(squares / chiSquare(random, points.size() - law.constants()));
            List<ScalingPoint> drawn = points.stream()
                    .map(point -> point.withLoss(noisy(law.loss(point), deviation, random)))
                    .toList();
            losses[i] = noisy(again.apply(drawn).loss(parameters, tokens), deviation, random);
        }
        Arrays.sort(losses);
        int outside = (int) (OUTSIDE * draws);
        return new Prediction(name, law.loss(parameters, tokens), losses[outside], losses[draws - 1 - outside]);
    }

    private static double noisy(double loss, double deviation, Random random) {
        return loss * Math.exp(deviation * random.nextGaussian());
    }

    private static double chiSquare(Random random, int freedom) {
        double sum = 0;
        for (int i = 0; i < freedom; i++) {
            double one = random.nextGaussian();
            sum += one * one;
        }
        return sum;
    }
}
