// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one step has come to, as it is logged.
 *
 * @param step from 1
 * @param tokens seen in all steps so far
 * @param loss mean of {@code −log p} of the step's tokens, in nats, before its weights changed; of what is to become likely, 0 where the step has none
 * @param heldOutLoss mean over all held-out documents after the step, or null where it isn't measured
 * @param learningRate of the step
 * @param gradientNorm before clipping
 * @param tokensPerSecond of the step, held-out documents and checkpoints apart
 * @param measures what else the kind of training measures, by name: {@code accuracy}, {@code reward}
 */
public record TrainingStep(
        long step,
        long tokens,
        double loss,
        @Nullable Double heldOutLoss,
        double learningRate,
        double gradientNorm,
        double tokensPerSecond,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Double> measures) {
    private static final String HELD_OUT = "heldOut";

    /** Keeps the order. */
    public TrainingStep {
        measures = Collections.unmodifiableMap(new LinkedHashMap<>(measures == null ? Map.of() : measures));
    }

    /** The name of what a measure is of held-out data: that of {@code reward} is {@code heldOutReward}. */
    static String heldOut(String measure) {
        return HELD_OUT + Character.toUpperCase(measure.charAt(0)) + measure.substring(1);
    }

    /** Whether a measure is of held-out data. */
    static boolean isHeldOut(String measure) {
        return measure.startsWith(HELD_OUT);
    }
}
