// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.List;
import java.util.Optional;

/**
 * The number of weights with the least loss for so much compute: {@code coefficient · compute^exponent}. What is left of the compute is tokens, whose exponent is
 * {@code 1 − exponent}: that of Llama 3 (arXiv 2407.21783, § 3.2.1), 0.53, is for tokens.
 *
 * @param coefficient weights for one operation
 * @param exponent how they grow
 */
public record OptimalSize(double coefficient, double exponent) {

    /** Through the minima of several budgets, or nothing where there are fewer than two. */
    static Optional<OptimalSize> fit(List<IsoFlopMinimum> minima) {
        if (minima.size() < 2) {
            return Optional.empty();
        }
        double[] x = minima.stream().mapToDouble(one -> Math.log(one.compute())).toArray();
        double[] y =
                minima.stream().mapToDouble(one -> Math.log(one.parameters())).toArray();
        StraightLine line = StraightLine.through(x, y);
        return Optional.of(new OptimalSize(Math.exp(line.start()), line.slope()));
    }

    /** Weights for so many operations. */
    public double parameters(double compute) {
        return coefficient * Math.pow(compute, exponent);
    }

    /** Tokens for so many operations. */
    public double tokens(double compute) {
        return ScalingPoint.tokens(compute, parameters(compute));
    }
}
