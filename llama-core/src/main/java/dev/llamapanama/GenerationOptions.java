// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Cancellation;
import dev.llamapanama.generation.Sampling;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What is generated and how.
 *
 * @param maxTokens most tokens of the completion; at least 1
 * @param sampling how tokens are drawn
 * @param stop strings that end the completion; they are not part of its text
 * @param echo whether the text begins with the prompt
 * @param timeout time from the call on after which the generation ends with what there is, or null for as long as it takes
 */
public record GenerationOptions(
        int maxTokens,
        Sampling sampling,
        List<String> stop,
        boolean echo,
        @Nullable Duration timeout) {

    /** Up to 256 tokens at temperature 0.6 and top-p 0.9. */
    public static final GenerationOptions DEFAULT = builder().build();

    public GenerationOptions {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens: found " + maxTokens + ", expected 1 or more");
        }
        stop = List.copyOf(stop);
        if (stop.contains("")) {
            throw new IllegalArgumentException("stop: found an empty string, expected none");
        }
        if (timeout != null && !timeout.isPositive()) {
            throw new IllegalArgumentException("timeout: found " + timeout + ", expected more than 0");
        }
    }

    Cancellation newCancellation() {
        return timeout == null ? Cancellation.never() : Cancellation.after(timeout);
    }

    /** Begins with the {@link #DEFAULT} values. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; each value is checked by {@link #build}. */
    public static final class Builder {
        private int maxTokens = 256;
        private double temperature = Sampling.DEFAULT.temperature();
        private int topK = Sampling.DEFAULT.topK();
        private double topP = Sampling.DEFAULT.topP();
        private OptionalLong seed = OptionalLong.empty();
        private List<String> stop = List.of();
        private boolean echo;
        private @Nullable Duration timeout;

        private Builder() {}

        /** Most tokens of the completion. */
        public Builder maxTokens(int maxTokens) {
            this.maxTokens = maxTokens;
            return this;
        }

        /** 0 for always the most probable token; 1 for the model's own distribution. */
        public Builder temperature(double temperature) {
            this.temperature = temperature;
            return this;
        }

        /** Draw among the so many most probable tokens; 0 for all. */
        public Builder topK(int topK) {
            this.topK = topK;
            return this;
        }

        /** Draw among the most probable tokens that together reach this probability; 1 for all. */
        public Builder topP(double topP) {
            this.topP = topP;
            return this;
        }

        /** The same seed, model and prompt give the same tokens. */
        public Builder seed(long seed) {
            this.seed = OptionalLong.of(seed);
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

        /** Whether the text begins with the prompt. */
        public Builder echo(boolean echo) {
            this.echo = echo;
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
            return new GenerationOptions(maxTokens, new Sampling(temperature, topK, topP, seed), stop, echo, timeout);
        }
    }
}
