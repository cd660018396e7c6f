// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.kernel;

import static dev.llamapanama.tensor.cpu.Lanes.COUNT;
import static dev.llamapanama.tensor.cpu.Lanes.FLOATS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/**
 * One step of AdamW (arXiv 1711.05101) in the formulas and the order of PyTorch.
 *
 * @param gradientFactor by which gradients are multiplied first
 * @param keep what weight decay leaves of a weight: {@code 1 − rate · decay}
 * @param beta1 of the mean of gradients
 * @param beta2 of the mean of their squares
 * @param stepSize {@code rate / (1 − beta1^t)}
 * @param rootCorrection {@code √(1 − beta2^t)}
 */
public record AdamUpdate(
        float gradientFactor,
        float keep,
        double beta1,
        double beta2,
        float epsilon,
        float stepSize,
        float rootCorrection) {

    /** Updates some of the weights, and the moments of their gradients. */
    public void apply(float[] weights, float[] gradients, float[] means, float[] squares, int from, int to) {
        float toGradient = (float) (1 - beta1);
        float ofSquares = (float) beta2;
        float toSquare = (float) (1 - beta2);
        for (int i = from; i < to; i += COUNT) {
            VectorMask<Float> rest = FLOATS.indexInRange(i, to);
            FloatVector g = FloatVector.fromArray(FLOATS, gradients, i, rest).mul(gradientFactor);
            FloatVector mean = FloatVector.fromArray(FLOATS, means, i, rest);
            mean = g.sub(mean).mul(toGradient).add(mean);
            FloatVector square = FloatVector.fromArray(FLOATS, squares, i, rest)
                    .mul(ofSquares)
                    .add(g.mul(g).mul(toSquare));
            mean.intoArray(means, i, rest);
            square.intoArray(squares, i, rest);
            FloatVector divisor = square.sqrt().div(rootCorrection).add(epsilon);
            FloatVector.fromArray(FLOATS, weights, i, rest)
                    .mul(keep)
                    .sub(mean.mul(stepSize).div(divisor))
                    .intoArray(weights, i, rest);
        }
    }
}
