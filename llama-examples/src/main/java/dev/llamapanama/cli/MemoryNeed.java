// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.config.LlamaConfig;

/**
 * What a model takes, in bytes and roughly: the JVM's own memory is left out.
 *
 * @param weights all of them, stored once
 * @param keysAndValues of all sequences
 * @param activations of the widest steps
 */
record MemoryNeed(long weights, long keysAndValues, long activations) {
    /** Rows of the widest steps of the engine: tokens of a prompt, and logits. */
    private static final long PROMPT_ROWS = 128;

    private static final long LOGIT_ROWS = 32;

    static MemoryNeed of(LlamaConfig config, long weights, long keysAndValues) {
        long row = 2L * config.dim() + 2L * config.queryDim() + 2L * config.ffnDim();
        long activations = Float.BYTES * (PROMPT_ROWS * row + LOGIT_ROWS * config.vocabSize());
        return new MemoryNeed(weights, keysAndValues, activations);
    }

    long total() {
        return weights + keysAndValues + activations;
    }

    void requireAvailable() {
        requireAtMost(ProcessMemory.available());
    }

    void requireAtMost(long available) {
        if (total() > available) {
            throw new IllegalArgumentException("memory: found " + ByteCount.format(available) + " available, expected "
                    + ByteCount.format(total()) + ": " + ByteCount.format(weights) + " of weights, "
                    + ByteCount.format(keysAndValues) + " of keys and values, " + ByteCount.format(activations)
                    + " of activations");
        }
    }
}
