// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

import java.time.Duration;

/**
 * The prompt of a generation was read.
 *
 * @param tokens of the prompt
 * @param cachedTokens those of them that weren't run, because the same had been read before
 * @param took in steps that others may have shared, waiting for them included
 */
public record PromptRead(int tokens, int cachedTokens, Duration took) {}
