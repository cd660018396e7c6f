// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.tensor.DType;

/**
 * How an engine is set up.
 *
 * @param contextLength positions that a sequence may have
 * @param kvBytes memory that the keys and values of all sequences may take; at least one page is granted
 * @param kvType what keys and values are rounded to: F16 or F32
 * @param progress hears of the weights
 */
public record EngineOptions(int contextLength, long kvBytes, DType kvType, LoadProgress progress) {
    /** Halves, which nobody waits for. */
    public EngineOptions(int contextLength, long kvBytes) {
        this(contextLength, kvBytes, DType.F16, LoadProgress.NONE);
    }
}
