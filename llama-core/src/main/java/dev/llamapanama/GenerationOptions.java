// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import dev.llamapanama.generation.SamplingBuilder;
import dev.llamapanama.generation.grammar.Grammar;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is generated and how. Made by a {@link #builder}.
 *
 * @param maxTokens most tokens of the completion; at least 1
 * @param sampling how tokens are drawn
 * @param sampler makes a sampler for each generation, which draws in place of what {@code sampling} says from the temperature on; or null
 * @param grammar what the completion has to be, whatever the weights say, or null for any text. Where {@code maxTokens} or a stop ends it
 *     before its time, it is the beginning of such a text
 * @param stop strings that end the completion; they are not part of its text
 * @param stopTokens ids that end the completion besides the model's own; they are not part of it
 * @param ignoreEnd whether the model's own end tokens are impossible
 * @param echo whether the text begins with the prompt
 * @param logprobs how many of the most probable tokens are listed with each token, 0 for its own probability only, −1 for nothing
 * @param shiftContext what happens where no position is left: −1, it ends; else so many of the first tokens and the later half of the rest
 *     stay, which are run again, and it goes on
 * @param adapter by which it is computed, {@link Adapter#NONE} for the model alone, or null for what the model was opened with
 * @param speculation how tokens are guessed so that several may come of a step, or null for one at a time; the text is the same
 * @param timeout time from the call on after which the generation ends with what there is, or null for as long as it takes
 */
public record GenerationOptions(
        int maxTokens,
        Sampling sampling,
        @Nullable Supplier<Sampler> sampler,
        @Nullable Grammar grammar,
        List<String> stop,
        Set<Integer> stopTokens,
        boolean ignoreEnd,
        boolean echo,
        int logprobs,
        int shiftContext,
        @Nullable Adapter adapter,
        @Nullable Speculation speculation,
        @Nullable Duration timeout) {

    /** Up to 256 tokens at temperature 0.6 and top-p 0.9. */
    public static final GenerationOptions DEFAULT = builder().build();

    public GenerationOptions {
        require(maxTokens >= 1, "maxTokens", maxTokens, "1 or more");
        stop = List.copyOf(stop);
        require(!stop.contains(""), "stop", "an empty string", "none");
        stopTokens = Set.copyOf(stopTokens);
        stopTokens.forEach(id -> require(id >= 0, "stopTokens", id, "ids of tokens"));
        require(grammar == null || !ignoreEnd, "ignoreEnd", true, "false with a grammar, by which a text ends");
        require(logprobs >= -1, "logprobs", logprobs, "0 or more, or −1 for none");
        require(shiftContext >= -1, "shiftContext", shiftContext, "0 or more, or −1 for an end");
        require(timeout == null || timeout.isPositive(), "timeout", String.valueOf(timeout), "more than 0");
    }

    private static void require(boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }

    Cancellation newCancellation() {
        return timeout == null ? Cancellation.never() : Cancellation.after(timeout);
    }

    /** Begins with the {@link #DEFAULT} values. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; each value is checked by {@link #build} at the latest. */
    public static final class Builder {
        private int maxTokens = 256;
        private final SamplingBuilder sampling = Sampling.builder();
        private @Nullable Supplier<Sampler> sampler;
        private @Nullable Grammar grammar;
        private List<String> stop = List.of();
        private Set<Integer> stopTokens = Set.of();
        private boolean ignoreEnd;
        private boolean echo;
        private int logprobs = -1;
        private int shiftContext = -1;
        private @Nullable Adapter adapter;
        private @Nullable Speculation speculation;
        private @Nullable Duration timeout;

        private Builder() {}

        /** Most tokens of the completion. */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = maxTokens;
            return this;
        }

        /** 0 for always the most probable token; 1 for the model's own distribution. */
        public Builder temperature(double temperature) {
            return sampling(values -> values.temperature(temperature));
        }

        /** Draw among the so many most probable tokens; 0 for all. */
        public Builder topK(int topK) {
            return sampling(values -> values.topK(topK));
        }

        /** Draw among the most probable tokens that together reach this probability; 1 for all. */
        public Builder topP(double topP) {
            return sampling(values -> values.topP(topP));
        }

        /** The same seed, model and prompt give the same tokens. */
        public Builder seed(long seed) {
            return sampling(values -> values.seed(seed));
        }

        /** Sets more of how tokens are drawn: penalties, bias, and everything else that {@link Sampling} has. */
        public Builder sampling(UnaryOperator<SamplingBuilder> change) {
            var _ = change.apply(sampling);
            return this;
        }

        /** Draws with the caller's own samplers, one for each generation. */
        public Builder sampler(Supplier<Sampler> sampler) {
            this.sampler = sampler;
            return this;
        }

        /** What the completion has to be, such as JSON that is valid by a schema. */
        public Builder grammar(Grammar grammar) {
            this.grammar = grammar;
            return this;
        }

        /** Strings that end the completion. */
        public Builder stop(String... stop) {
            return stop(List.of(stop));
        }

        /** Strings that end the completion. */
        public Builder stop(List<String> stop) {
            this.stop = List.copyOf(stop);
            return this;
        }

        /** Ids that end the completion besides the model's own. */
        public Builder stopTokens(Set<Integer> stopTokens) {
            this.stopTokens = Set.copyOf(stopTokens);
            return this;
        }

        /** Whether the model may not end by itself. */
        public Builder ignoreEnd(boolean ignoreEnd) {
            this.ignoreEnd = ignoreEnd;
            return this;
        }

        /** Whether the text begins with the prompt. */
        public Builder echo(boolean echo) {
            this.echo = echo;
            return this;
        }

        /** How many of the most probable tokens are listed with each token; 0 for its own probability only. */
        public Builder logprobs(int logprobs) {
            this.logprobs = logprobs;
            return this;
        }

        /** Goes on where the context is full, and keeps so many of the first tokens and the later half of the rest. */
        public Builder shiftContext(int kept) {
            this.shiftContext = kept;
            return this;
        }

        /** Computes it by an adapter; {@link Adapter#NONE} for the model alone, null for what the model was opened with. */
        public Builder adapter(@Nullable Adapter adapter) {
            this.adapter = adapter;
            return this;
        }

        /** Guesses tokens, so that several may come of a step; the text is the same. */
        public Builder speculation(@Nullable Speculation speculation) {
            this.speculation = speculation;
            return this;
        }

        /** Ends the generation with what there is when so much time is over, waiting for memory included. */
        public Builder timeout(Duration timeout) {
            this.timeout = timeout;
            return this;
        }

        /**
         * @throws IllegalArgumentException naming the option that is out of its range
         */
        public GenerationOptions build() {
            return new GenerationOptions(
                    maxTokens,
                    sampling.build(),
                    sampler,
                    grammar,
                    stop,
                    stopTokens,
                    ignoreEnd,
                    echo,
                    logprobs,
                    shiftContext,
                    adapter,
                    speculation,
                    timeout);
        }
    }
}
