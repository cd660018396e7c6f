// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import org.jspecify.annotations.Nullable;

/**
 * What one step has come to, as it is logged.
 *
 * @param step from 1
 * @param tokens seen in all steps so far
 * @param loss mean of {@code −log p} of the step's tokens, in nats, before its weights changed
 * @param heldOutLoss mean over all held-out documents after the step, or null where it isn't measured
 * @param learningRate of the step
 * @param gradientNorm before clipping
 * @param tokensPerSecond of the step, held-out documents and checkpoints apart
 */
public record TrainingStep(
        long step,
        long tokens,
        double loss,
        @Nullable Double heldOutLoss,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond) {}
