// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.StepShape;

/**
 * How rows of prompts are dealt to blocks: the heads of a group for neighbouring rows of one sequence, which see the same keys and values.
 *
 * @param kernel computes a tile
 * @param rows of a tile
 * @param sequences that a step has at most
 */
record PromptTiles(String kernel, int rows, int sequences) {
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

    /** Those of a plan. */
    static PromptTiles of(KvPages pages, int heads, StepShape shape) {
        int rows = SLOTS / (heads / pages.layout().kvHeads());
        return new PromptTiles("attention_prompt_d" + pages.layout().headDim(), rows, shape.maxSequences());
    }

    /** Tiles of a step of so many tokens at most: each sequence may have one that isn't full. */
    int most(int tokens) {
        return tokens / rows + Math.min(sequences, tokens / SingleRows.LEAST_RUN);
    }
}
