// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model beyond a family, whose loss was predicted before it was trained.
 *
 * @param member its name
 * @param parameters all weights
 * @param tokens of its training
 * @param compute {@code 6 · parameters · tokens} operations
 * @param predictions of each law
 * @param loss that it came to, or null where it isn't trained
 */
public record ScalingTarget(
        String member,
        long parameters,
        long tokens,
        double compute,
        List<Prediction> predictions,
        @Nullable Double loss) {
    /** Copies the list. */
    public ScalingTarget {
        predictions = List.copyOf(predictions);
    }

    /** Not trained yet. */
    public ScalingTarget(String member, long parameters, long tokens, List<Prediction> predictions) {
        this(
                member,
                parameters,
                tokens,
                ScalingPoint.operations((double) parameters, (double) tokens),
                predictions,
                null);
    }

    /** Trained. */
    public ScalingTarget trained(double value) {
        return new ScalingTarget(member, parameters, tokens, compute, predictions, value);
    }
}
