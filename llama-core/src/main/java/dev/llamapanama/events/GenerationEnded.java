// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.Usage;

/**
 * A generation has ended.
 *
 * @param reason why
 * @param usage tokens
 * @param timings times and rates
 */
public record GenerationEnded(FinishReason reason, Usage usage, Timings timings) {}
