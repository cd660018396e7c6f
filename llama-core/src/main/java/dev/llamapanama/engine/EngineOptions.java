// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.events.LlamaListener;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.DType;
import java.util.List;

/**
 * How an engine is set up.
 *
 * @param contextLength positions that a sequence may have
 * @param kvBytes memory that the keys and values of all sequences may take, 0 for {@link Backend#kvBytes}; at least one page is granted
 * @param prefixBytes how much of it may be kept for sequences that begin alike; a quarter of it at most
 * @param kvType what keys and values are rounded to: F16 or F32
 * @param progress hears of the weights
 * @param listener hears what happens
 * @param adapters whose sum is used where nothing else is asked for; none for the model alone
 */
public record EngineOptions(
        int contextLength,
        long kvBytes,
        long prefixBytes,
        DType kvType,
        LoadProgress progress,
        LlamaListener listener,
        List<AdapterFile> adapters) {

    public EngineOptions {
        adapters = List.copyOf(adapters);
    }

    /** Without adapters, and nobody hears what happens. */
    public EngineOptions(int contextLength, long kvBytes, long prefixBytes, DType kvType, LoadProgress progress) {
        this(contextLength, kvBytes, prefixBytes, kvType, progress, LlamaListener.NONE, List.of());
    }

    /** Halves, which nobody waits for and nothing is kept of. */
    public EngineOptions(int contextLength, long kvBytes) {
        this(contextLength, kvBytes, 0, DType.F16, LoadProgress.NONE);
    }
}
