// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.CompletionRequest;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Turns options into what the engine is asked for.
 *
 * @param endTokens of the model
 */
record Requests(Tokenizer tokenizer, Set<Integer> endTokens) {

    CompletionRequest of(GenerationOptions options) {
        Set<Integer> ends = new HashSet<>(options.stopTokens());
        if (!options.ignoreEnd()) {
            ends.addAll(endTokens);
        }
        return new CompletionRequest(
                options.maxTokens(),
                sampler(options),
                options.stop(),
                ends,
                options.ignoreEnd() ? endTokens : Set.of(),
                options.echo(),
                options.logprobs(),
                options.shiftContext(),
                options.newCancellation());
    }

    private Sampler sampler(GenerationOptions options) {
        Sampler chain = options.sampling().newSampler(id -> tokenizer.decode(new int[] {id}));
        Supplier<Sampler> own = options.sampler();
        return own == null ? chain : new OwnSampler(chain, own.get());
    }

    /** Logits are processed as options say; the token is the caller's choice. */
    private record OwnSampler(Sampler chain, Sampler own) implements Sampler {
        @Override
        public void process(float[] logits) {
            chain.process(logits);
            own.process(logits);
        }

        @Override
        public int sample(float[] logits) {
            return own.sample(logits);
        }

        @Override
        public void accept(int token) {
            chain.accept(token);
            own.accept(token);
        }
    }
}
