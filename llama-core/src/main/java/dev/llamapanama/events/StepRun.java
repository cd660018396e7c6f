// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

import java.time.Duration;

/**
 * A step was run.
 *
 * @param sequences that had a part in it
 * @param tokens of all of them
 * @param logits rows of logits that were wanted
 * @param waiting sequences that wait for another step
 * @param took to compute
 */
public record StepRun(int sequences, int tokens, int logits, int waiting, Duration took) {}
