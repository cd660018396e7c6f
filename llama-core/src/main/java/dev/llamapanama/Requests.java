// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.CompletionRequest;
import dev.llamapanama.engine.Drafter;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.NgramDrafter;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
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

    /** With what the completion has to be. */
    CompletionRequest of(GenerationOptions options, @Nullable Constraint constraint) {
        return of(options, 0, constraint);
    }

    /** For the continuation of this number from 0 on: a seed is that of the first, the others have those that follow it. */
    CompletionRequest of(GenerationOptions options, int number) {
        return of(options, number, Constraint.of(options.grammar()));
    }

    private CompletionRequest of(GenerationOptions options, int number, @Nullable Constraint constraint) {
        Set<Integer> ends = new HashSet<>(options.stopTokens());
        if (!options.ignoreEnd()) {
            ends.addAll(endTokens);
        }
        return new CompletionRequest(
                options.maxTokens(),
                sampler(options.sampling().seededAfter(number), options.sampler(), constraint, ends),
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

    private Sampler sampler(
            Sampling sampling, @Nullable Supplier<Sampler> own, @Nullable Constraint constraint, Set<Integer> ends) {
        Sampler chain = sampling.newSampler(id -> tokenizer.decode(new int[] {id}));
        if (constraint == null && own == null) {
            return chain;
        }
        GrammarMatcher matcher = constraint == null
                ? null
                : new GrammarMatcher(constraint.grammar(), vocabulary.get(), ends, constraint.exits());
        return new ComposedSampler(chain, own == null ? chain : own.get(), matcher);
    }
}
