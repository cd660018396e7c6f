// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.CompletionRequest;
import dev.llamapanama.engine.Drafter;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.NgramDrafter;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import dev.llamapanama.generation.grammar.Grammar;
import dev.llamapanama.generation.grammar.GrammarMatcher;
import dev.llamapanama.generation.grammar.GrammarVocabulary;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns options into what the engine is asked for.
 *
 * @param engine has the adapter that is used where the options choose none
 * @param vocabulary of the tokenizer, made when it is needed
 * @param endTokens of the model
 */
record Requests(
        InferenceEngine engine, Tokenizer tokenizer, Supplier<GrammarVocabulary> vocabulary, Set<Integer> endTokens) {

    CompletionRequest of(GenerationOptions options) {
        return of(options, 0);
    }

    /** For the continuation of this number from 0 on: a seed is that of the first, the others have those that follow it. */
    CompletionRequest of(GenerationOptions options, int number) {
        Set<Integer> ends = new HashSet<>(options.stopTokens());
        if (!options.ignoreEnd()) {
            ends.addAll(endTokens);
        }
        return new CompletionRequest(
                options.maxTokens(),
                sampler(options, options.sampling().seededAfter(number), ends),
                options.stop(),
                ends,
                options.ignoreEnd() ? endTokens : Set.of(),
                options.echo(),
                options.logprobs(),
                options.shiftContext(),
                Adapter.chosen(options.adapter(), engine),
                drafter(options.speculation()),
                options.newCancellation());
    }

    private Drafter drafter(@Nullable Speculation speculation) {
        return switch (speculation) {
            case null -> Drafter.NONE;
            case Speculation.PromptLookup lookup -> new NgramDrafter(lookup.longest(), lookup.tokens());
            case Speculation.DraftModel draft -> draft.model().drafterFor(tokenizer, draft.tokens());
        };
    }

    private Sampler sampler(GenerationOptions options, Sampling sampling, Set<Integer> ends) {
        Sampler chain = sampling.newSampler(id -> tokenizer.decode(new int[] {id}));
        Grammar grammar = options.grammar();
        Supplier<Sampler> own = options.sampler();
        if (grammar == null && own == null) {
            return chain;
        }
        GrammarMatcher matcher = grammar == null ? null : new GrammarMatcher(grammar, vocabulary.get(), ends);
        return new ComposedSampler(chain, own == null ? chain : own.get(), matcher);
    }
}
