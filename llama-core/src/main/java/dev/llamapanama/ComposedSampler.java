// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.grammar.GrammarMatcher;
import org.jspecify.annotations.Nullable;

/**
 * A sampler whose logits are processed as options say, whose tokens are those of a grammar, and whose choice may be the caller's own.
 *
 * @param chain what the options say
 * @param own who draws; the same as {@code chain} where that does
 * @param grammar or null for any text
 */
record ComposedSampler(Sampler chain, Sampler own, @Nullable GrammarMatcher grammar) implements Sampler {
    @Override
    public void begin(int[] prompt) {
        chain.begin(prompt);
        if (isOwn()) {
            own.begin(prompt);
        }
    }

    @SuppressWarnings("ReferenceEquality") // whether it is the very same
    private boolean isOwn() {
        return own != chain;
    }

    @Override
    public void process(float[] logits) {
        chain.process(logits);
        if (isOwn()) {
            own.process(logits);
        }
        if (grammar != null) {
            grammar.mask(logits);
        }
    }

    @Override
    public int sample(float[] logits) {
        return own.sample(logits);
    }

    @Override
    public void accept(int token) {
        chain.accept(token);
        if (isOwn()) {
            own.accept(token);
        }
        if (grammar != null) {
            grammar.accept(token);
        }
    }

    @Override
    public boolean isFinished() {
        return own.isFinished() || (grammar != null && grammar.isFinished());
    }
}
