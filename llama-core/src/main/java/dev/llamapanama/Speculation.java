// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Drafter;
import dev.llamapanama.engine.NgramDrafter;

/**
 * How tokens are guessed, so that one step of the model verifies several of them (speculative decoding, arXiv 2211.17192). Text, tokens, and
 * log-probabilities are the same as without, to the last bit (on a GPU nearly, where a step has more than eight tokens), whatever the sampling, the grammar, or a sampler of the caller's own. How many are
 * guessed at a time, up to {@link #tokens}, follows from how many came true and from how long steps take; where guessing doesn't pay, it is tried
 * now and then only. {@link dev.llamapanama.generation.Usage} tells how it went.
 */
public sealed interface Speculation {

    /** Most tokens that are guessed at a time: 1 to 31. */
    int tokens();

    /** Up to 8 tokens by {@link PromptLookup}, which looks for three tokens, then for two. */
    static Speculation promptLookup() {
        return new PromptLookup(3, 8);
    }

    /** Up to 8 tokens by a {@link DraftModel}. */
    static Speculation draftModel(Llama model) {
        return new DraftModel(model, 8);
    }

    /**
     * Guesses that what followed the last few tokens before, in the prompt or the answer, will follow them again. It costs nothing, and pays
     * where an answer repeats its prompt: summaries, corrections, code.
     *
     * @param longest tokens that are looked for at first, at least 2; then fewer, down to 2
     */
    record PromptLookup(int longest, int tokens) implements Speculation {
        public PromptLookup {
            requireTokens(tokens);
            if (longest < NgramDrafter.SHORTEST) {
                throw new IllegalArgumentException(
                        "longest: found " + longest + ", expected " + NgramDrafter.SHORTEST + " or more");
            }
        }
    }

    /**
     * Guesses what a smaller model of the same tokens would say. It has to stay open as long as generations run, and may serve any number of them, and its
     * own, at the same time.
     *
     * @param model a Llama whose tokens are those of the model that is asked
     */
    record DraftModel(Llama model, int tokens) implements Speculation {
        public DraftModel {
            requireTokens(tokens);
        }
    }

    private static void requireTokens(int tokens) {
        if (tokens < 1 || tokens > Drafter.MOST) {
            throw new IllegalArgumentException("tokens: found " + tokens + ", expected 1 to " + Drafter.MOST);
        }
    }
}
