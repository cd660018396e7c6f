// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Collects the values of a {@link Sampling}, which describes them; each is checked by {@link #build} at the latest. */
public final class SamplingBuilder {
    private static final double UNSET = -1;

    private double temperature = Sampling.DEFAULT.temperature();
    private @Nullable DynamicTemperature dynamicTemperature;
    private int topK;
    private double topP = UNSET;
    private double minP;
    private double typicalP = 1;
    private @Nullable Xtc xtc;
    private @Nullable Mirostat mirostat;
    private double repetition = Penalties.NONE.repetition();
    private double frequency;
    private double presence;
    private int window = Penalties.NONE.window();
    private @Nullable Dry dry;
    private final Map<Integer, Float> logitBias = new LinkedHashMap<>();
    private final List<LogitProcessor> processors = new ArrayList<>();
    private OptionalLong seed = OptionalLong.empty();

    SamplingBuilder() {}

    /** 0 for always the most probable token; 1 for the model's own distribution. */
    public SamplingBuilder temperature(double temperature) {
        this.temperature = temperature;
        return this;
    }

    /** A temperature that depends on how certain the model is. */
    public SamplingBuilder dynamicTemperature(double range, double exponent) {
        dynamicTemperature = new DynamicTemperature(range, exponent);
        return this;
    }

    /** Draw among the so many most probable tokens; 0 for all. */
    public SamplingBuilder topK(int topK) {
        this.topK = topK;
        return this;
    }

    /** Draw among the most probable tokens that together reach this probability; 1 for all. */
    public SamplingBuilder topP(double topP) {
        Require.that(topP > 0 && topP <= 1, "topP", topP, "more than 0, at most 1");
        this.topP = topP;
        return this;
    }

    /** Draw among tokens at least this part as probable as the most probable one; 0 for all. */
    public SamplingBuilder minP(double minP) {
        this.minP = minP;
        return this;
    }

    /** Draw among the tokens whose surprise is nearest to the mean; 1 for all. */
    public SamplingBuilder typicalP(double typicalP) {
        this.typicalP = typicalP;
        return this;
    }

    /** Leave out the most probable tokens, now and then. */
    public SamplingBuilder xtc(double probability, double threshold) {
        xtc = new Xtc(probability, threshold);
        return this;
    }

    /** Keep the surprise of the text near a target. */
    public SamplingBuilder mirostat(double tau, double eta) {
        mirostat = new Mirostat(tau, eta);
        return this;
    }

    /** What logits of tokens that came up lately are divided by; 1 for none. */
    public SamplingBuilder repetitionPenalty(double repetition) {
        this.repetition = repetition;
        return this;
    }

    /** What a logit loses for each time that its token came up lately. */
    public SamplingBuilder frequencyPenalty(double frequency) {
        this.frequency = frequency;
        return this;
    }

    /** What a logit loses if its token came up lately. */
    public SamplingBuilder presencePenalty(double presence) {
        this.presence = presence;
        return this;
    }

    /** How many tokens are "lately"; −1 for all. */
    public SamplingBuilder penaltyWindow(int window) {
        this.window = window;
        return this;
    }

    /** What tokens lose that would go on with a repetition. */
    public SamplingBuilder dry(Dry dry) {
        this.dry = dry;
        return this;
    }

    /** What is added to the logit of a token; −∞ makes it impossible. */
    public SamplingBuilder logitBias(int token, float bias) {
        logitBias.put(token, bias);
        return this;
    }

    /** Lets the caller change logits. */
    public SamplingBuilder processor(LogitProcessor processor) {
        processors.add(processor);
        return this;
    }

    /** The same seed, model and prompt give the same tokens. */
    public SamplingBuilder seed(long seed) {
        this.seed = OptionalLong.of(seed);
        return this;
    }

    /**
     * @throws IllegalArgumentException naming the value that is out of its range
     */
    public Sampling build() {
        double usual = mirostat == null ? Sampling.DEFAULT.topP() : 1;
        return new Sampling(
                temperature,
                dynamicTemperature,
                topK,
                topP == UNSET ? usual : topP,
                minP,
                typicalP,
                xtc,
                mirostat,
                new Penalties(repetition, frequency, presence, window),
                dry,
                logitBias,
                processors,
                seed);
    }
}
