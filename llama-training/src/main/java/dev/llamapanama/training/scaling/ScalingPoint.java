// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

/**
 * What a member of a family came to.
 *
 * @param member its name
 * @param shape the name of its shape, which others share
 * @param budget what it was to take, of compute or tokens, which others share; it took nearly that, in whole steps
 * @param parameters all weights, embeddings included
 * @param tokens it was trained on, those read again included
 * @param compute {@code 6 · parameters · tokens} operations
 * @param loss of held-out documents at the end, in nats for each token
 */
public record ScalingPoint(
        String member, String shape, double budget, long parameters, long tokens, double compute, double loss) {
    private static final double OPERATIONS = 6;

    /** With its compute. */
    public ScalingPoint(String member, String shape, double budget, long parameters, long tokens, double loss) {
        this(member, shape, budget, parameters, tokens, operations((double) parameters, (double) tokens), loss);
    }

    /** Operations of a training: 2 for each weight and token forwards and 4 backwards; attention between positions isn't counted. */
    public static double operations(double parameters, double tokens) {
        return OPERATIONS * parameters * tokens;
    }

    /** Tokens that a model can be trained on for so many operations. */
    static double tokens(double compute, double parameters) {
        return compute / OPERATIONS / parameters;
    }

    ScalingPoint withLoss(double value) {
        return new ScalingPoint(member, shape, budget, parameters, tokens, compute, value);
    }
}
