// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** Changes logits before a token is drawn, in whatever way a caller wants. Generations may call it side by side. */
@FunctionalInterface
public interface LogitProcessor {

    /**
     * Changes the logits of the next token.
     *
     * @param tokens ids of the prompt, and of what was generated so far; the callee's own
     * @param logits one for each token of the vocabulary; −∞ makes a token impossible
     */
    void process(int[] tokens, float[] logits);
}
