// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.events;

import java.time.Duration;

/**
 * Somebody waited for pages of keys and values, of 16 positions each, that others held.
 *
 * @param pages that were wanted
 * @param granted whether they were had in the end, or the call was cancelled
 * @param took from the call on
 */
public record MemoryAwaited(int pages, boolean granted, Duration took) {}
