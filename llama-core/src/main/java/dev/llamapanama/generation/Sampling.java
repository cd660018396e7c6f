// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.OptionalLong;

/**
 * How tokens are drawn: logits are divided by the temperature, then only the {@code topK} most probable tokens stay, then of
 * these the smallest set whose probabilities reach {@code topP}; one of them is drawn.
 *
 * @param temperature 0: always the most probable token; 1: the model's own distribution
 * @param topK tokens that stay; 0: all
 * @param topP tokens stay while the probability of those before them is at most this; 1: all
 * @param seed of the random numbers; empty: another one each time
 */
public record Sampling(double temperature, int topK, double topP, OptionalLong seed) {

    /** The values of Meta's own programs: temperature 0.6, top-p 0.9. */
    public static final Sampling DEFAULT = new Sampling(0.6, 0, 0.9, OptionalLong.empty());

    public Sampling {
        require(temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "0 or more");
        require(topK >= 0, "topK", topK, "0 or more");
        require(topP > 0 && topP <= 1, "topP", topP, "more than 0, at most 1");
    }

    private static void require(boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }

    /** A sampler for one generation. */
    public Sampler newSampler() {
        return temperature == 0 ? Sampler::argmax : new RandomSampler(this);
    }
}
