// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a family has come to.
 *
 * @param points one for each member
 * @param laws of those
 * @param target the model whose loss was predicted, or null where none was asked for
 */
public record ScalingReport(
        List<ScalingPoint> points,
        ScalingLaws laws,
        @Nullable ScalingTarget target) {
    /** Copies the list. */
    public ScalingReport {
        points = List.copyOf(points);
    }

    /** The loss over compute as SVG: points, laws, and predictions with their intervals. */
    public String svg() {
        return new ScalingChart(this).svg();
    }

    /** A line for each point and the target, with what the laws say of each. */
    public String csv() {
        return new ScalingTable(this).csv();
    }
}
