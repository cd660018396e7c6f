// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.util.List;

/** What answers are worth: a {@link RewardModel}, or a rule. */
@FunctionalInterface
public interface Reward {
    /** The reward of each, prompt and answer being one example. */
    double[] of(List<Example> answers);
}
