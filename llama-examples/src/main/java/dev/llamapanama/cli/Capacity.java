// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import java.util.List;

/**
 * What a model takes of this machine's memory, and what of it this machine can run.
 *
 * @param context tokens of the one sequence that the figures are for
 * @param need bytes of weights, keys and values, and activations
 * @param available bytes that may still be taken
 * @param fits whether they are enough
 * @param longestContext tokens for which they are, at most what the model was made for; 0 where not even the weights fit
 * @param typesThatFit of {@link #TYPES}, best first, what all weights could be converted to so that the context fits
 */
record Capacity(
        int context, MemoryNeed need, long available, boolean fits, int longestContext, List<DType> typesThatFit) {
    /** What weights are usually converted to, best first. */
    private static final List<DType> TYPES =
            List.of(DType.BF16, DType.Q8_0, DType.Q6_K, DType.Q5_K, DType.Q4_K, DType.Q3_K, DType.Q2_K);

    /**
     * @param weights bytes of the weights as they are
     * @param context tokens, or 0 for as many as the model was made for
     * @param kvType what keys and values are rounded to
     * @param available bytes that may be taken
     */
    static Capacity of(LlamaConfig config, long weights, int context, DType kvType, long available) {
        int stated = context == 0 ? config.contextLength() : context;
        MemoryNeed need = need(config, weights, stated, kvType);
        List<DType> fitting = TYPES.stream()
                .filter(type ->
                        need(config, bytesAs(config, type), stated, kvType).total() <= available)
                .toList();
        return new Capacity(
                stated,
                need,
                available,
                need.total() <= available,
                longest(config, weights, kvType, available),
                fitting);
    }

    /** Roughly: norms are few. */
    private static long bytesAs(LlamaConfig config, DType type) {
        return config.parameterCount() / type.blockSize() * type.blockBytes();
    }

    private static MemoryNeed need(LlamaConfig config, long weights, int context, DType kvType) {
        return MemoryNeed.of(config, weights, config.kvBytes(context, Math.toIntExact(kvType.bytes(1))));
    }

    private static int longest(LlamaConfig config, long weights, DType kvType, long available) {
        int enough = 0;
        int tooMany = config.contextLength() + 1;
        while (tooMany - enough > 1) {
            int middle = enough + (tooMany - enough) / 2;
            if (need(config, weights, middle, kvType).total() <= available) {
                enough = middle;
            } else {
                tooMany = middle;
            }
        }
        return enough;
    }
}
