// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.decoder.Output;
import dev.llamapanama.generation.LargestSampler;
import dev.llamapanama.tensor.LargestLogits;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of tokens that are run.
 *
 * @param output what a row has
 * @param width numbers of a row
 * @param rows of the last so many tokens
 * @param sampler who may do with the largest logits of a row, or null where all are wanted
 */
record Wanted(Output output, int width, int rows, @Nullable LargestSampler sampler) {
    /** All logits, or states. */
    Wanted(Output output, int width, int rows) {
        this(output, width, rows, null);
    }

    /** How many rows a step has room for: logits are as long as the vocabulary. */
    int mostRows() {
        return output == Output.LOGITS ? Steps.MOST_ROWS : Steps.MOST_TOKENS;
    }

    /** At which temperature. */
    float temperature() {
        return sampler == null ? 0 : sampler.temperature();
    }

    /** Whether these make the others needless. */
    boolean isEnough(@Nullable LargestLogits largest) {
        return sampler != null && largest != null && sampler.isEnough(largest);
    }
}
