// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.optimise;

/**
 * Bounds the norm of all gradients together, as {@code torch.nn.utils.clip_grad_norm_} does.
 *
 * @param bound of the norm: 1 for all Llamas
 */
public record GradientClipping(double bound) {
    private static final double EPSILON = 1e-6;

    public GradientClipping {
        if (!(bound > 0)) {
            throw new IllegalArgumentException("bound of the gradient norm: found " + bound);
        }
    }

    /**
     * @param norm of the gradients, see {@link AdamW#gradientNorm}
     * @return by what to multiply them: 1 if they are within the bound
     */
    public double factor(double norm) {
        return Math.min(1, bound / (norm + EPSILON));
    }
}
