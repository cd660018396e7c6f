// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn. In this order:
 *
 * <ol>
 *   <li>{@code logitBias} is added to logits, {@code penalties} and {@code dry} are taken off, {@code processors} do what they do;
 *   <li>where there is a grammar, logits of tokens that it doesn't allow become −∞;
 *   <li>logits are divided by the temperature, which {@code dynamicTemperature} may vary; 0 ends the list with the most probable token;
 *   <li>tokens are left out: {@code mirostat}, or else {@code topK}, {@code topP}, {@code minP}, {@code typicalP} and {@code xtc} one after
 *       the other, each of them looking at the probabilities of those that the one before has left;
 *   <li>one of the rest is drawn.
 * </ol>
 *
 * @param temperature 0: always the most probable token; 1: the model's own distribution
 * @param dynamicTemperature or null for a temperature that stays
 * @param topK tokens that stay, the most probable ones; 0: all
 * @param topP tokens stay while the probability of those before them is at most this; 1: all
 * @param minP tokens stay that are at least this part as probable as the most probable one; 0: all
 * @param typicalP tokens stay, those first whose surprise is nearest to the mean, until their probability is this; 1: all
 * @param xtc or null
 * @param mirostat or null; it leaves tokens out by itself, so that the other ways have to be off
 * @param penalties of repetitions
 * @param dry or null
 * @param logitBias by token; −∞ makes one impossible
 * @param processors the caller's own, in order
 * @param seed of the random numbers; empty: another one each time
 */
public record Sampling(
        double temperature,
        @Nullable DynamicTemperature dynamicTemperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        @Nullable Xtc xtc,
        @Nullable Mirostat mirostat,
        Penalties penalties,
        @Nullable Dry dry,
        Map<Integer, Float> logitBias,
        List<LogitProcessor> processors,
        OptionalLong seed) {

    /** The values of Meta's own programs: temperature 0.6, top-p 0.9. */
    public static final Sampling DEFAULT = new Sampling(0.6, 0, 0.9, OptionalLong.empty());

    public Sampling {
        Require.that(temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "0 or more");
        Require.that(topK >= 0, "topK", topK, "0 or more");
        Require.that(topP > 0 && topP <= 1, "topP", topP, "more than 0, at most 1");
        Require.that(minP >= 0 && minP <= 1, "minP", minP, "0 to 1");
        Require.that(typicalP > 0 && typicalP <= 1, "typicalP", typicalP, "more than 0, at most 1");
        boolean all = topK == 0 && topP == 1 && minP == 0 && typicalP == 1 && xtc == null;
        Require.that(mirostat == null || all, "mirostat", "it with topK, topP, minP, typicalP or xtc", "it alone");
        logitBias = Map.copyOf(logitBias);
        logitBias.forEach((token, bias) -> {
            Require.that(token >= 0, "logitBias", "token " + token, "ids of tokens");
            Require.that(!bias.isNaN(), "logitBias", bias, "numbers");
        });
        processors = List.copyOf(processors);
    }

    /** Temperature, top-k and top-p alone. */
    public Sampling(double temperature, int topK, double topP, OptionalLong seed) {
        this(temperature, null, topK, topP, 0, 1, null, null, Penalties.NONE, null, Map.of(), List.of(), seed);
    }

    /** Begins with the {@link #DEFAULT} values. */
    public static SamplingBuilder builder() {
        return new SamplingBuilder();
    }

    /** The same with the seed that is so many after this one, where there is one. */
    public Sampling seededAfter(int number) {
        OptionalLong next = seed.isPresent() ? OptionalLong.of(seed.getAsLong() + number) : seed;
        return new Sampling(
                temperature,
                dynamicTemperature,
                topK,
                topP,
                minP,
                typicalP,
                xtc,
                mirostat,
                penalties,
                dry,
                logitBias,
                processors,
                next);
    }

    /** Whether it leaves logits as they are, and temperature too. */
    boolean looksAtProbabilitiesOnly() {
        return !looksBack() && logitBias.isEmpty() && dynamicTemperature == null && mirostat == null;
    }

    boolean looksBack() {
        return !penalties.areNone() || dry != null || !processors.isEmpty();
    }

    /** A sampler for one generation, where no texts of tokens are known: nothing breaks what {@link Dry} finds. */
    public Sampler newSampler() {
        return newSampler(id -> "");
    }

    /**
     * A sampler for one generation.
     *
     * @param texts of tokens, where {@link Dry} wants to know
     */
    public Sampler newSampler(IntFunction<String> texts) {
        return new ChainSampler(this, texts);
    }
}
