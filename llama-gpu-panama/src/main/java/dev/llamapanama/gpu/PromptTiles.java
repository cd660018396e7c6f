// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.StepShape;

/**
 * How rows of prompts are dealt to blocks: the heads of a group for neighbouring rows of one sequence, which see the same keys and values.
 *
 * @param kernel computes a tile
 * @param most tiles of a step
 */
record PromptTiles(String kernel, int most) {
    static final int THREADS = 128;
    /** Rows times heads of a tile. */
    private static final int SLOTS = 64;
    /** Heads that leave room for several rows. */
    private static final int MOST_GROUP = 16;

    /** Whether there is a kernel for what a plan has. */
    static boolean suit(KvPages pages, int heads, StepShape shape) {
        int headDim = pages.layout().headDim();
        return pages.layout().type() == DType.F16
                && (headDim == 64 || headDim == 128)
                && heads / pages.layout().kvHeads() <= MOST_GROUP
                && shape.maxTokens() >= SingleRows.LEAST_RUN;
    }

    /** The tiles of the largest step of a plan: each sequence may have one that isn't full. */
    static PromptTiles of(KvPages pages, int heads, StepShape shape) {
        int rows = SLOTS / (heads / pages.layout().kvHeads());
        int sequences = Math.min(shape.maxSequences(), shape.maxTokens() / SingleRows.LEAST_RUN);
        return new PromptTiles("attention_prompt_d" + pages.layout().headDim(), shape.maxTokens() / rows + sequences);
    }
}
