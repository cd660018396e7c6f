// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/**
 * Upper bounds of a step: one plan is recorded for each.
 *
 * @param maxTokens rows of activations
 * @param maxSequences sequences that these rows belong to
 * @param maxPages pages of one sequence, which bounds its length
 * @param maxLogits rows of logits
 */
public record StepShape(int maxTokens, int maxSequences, int maxPages, int maxLogits) {
    public StepShape {
        if (maxTokens < 1 || maxSequences < 1 || maxPages < 1 || maxLogits < 1 || maxLogits > maxTokens) {
            throw new IllegalArgumentException("step shape: found " + maxTokens + " tokens, " + maxSequences
                    + " sequences, " + maxPages + " pages, " + maxLogits
                    + " logits, expected positive numbers and no more logits than tokens");
        }
    }

    /** Positions that a sequence may have. */
    public int maxPositions() {
        return maxPages * KvLayout.PAGE_TOKENS;
    }
}
