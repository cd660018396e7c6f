// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import dev.llamapanama.tensor.LargestLogits;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Does what {@link Sampling} says, in its order. */
final class ChainSampler implements LargestSampler {
    private final Sampling sampling;
    private final History history = new History();
    private final @Nullable DryPenalty dry;
    private final SplittableRandom random;
    private double mostBits;

    ChainSampler(Sampling sampling, IntFunction<String> texts) {
        this.sampling = sampling;
        dry = sampling.dry() == null ? null : new DryPenalty(sampling.dry(), texts);
        mostBits = sampling.mirostat() == null ? 0 : 2 * sampling.mirostat().tau();
        random = sampling.seed().isPresent()
                ? new SplittableRandom(sampling.seed().getAsLong())
                : new SplittableRandom();
    }

    @Override
    public void begin(int[] prompt) {
        for (int token : prompt) {
            accept(token);
        }
    }

    @Override
    public void accept(int token) {
        if (sampling.looksBack()) {
            history.add(token);
        }
    }

    @Override
    public void process(float[] logits) {
        sampling.logitBias().forEach((token, bias) -> {
            Require.that(token < logits.length, "logitBias", "token " + token, "0 to " + (logits.length - 1));
            logits[token] += bias;
        });
        if (!sampling.penalties().areNone()) {
            sampling.penalties().apply(history, logits);
        }
        if (dry != null) {
            dry.apply(history, logits);
        }
        if (!sampling.processors().isEmpty()) {
            int[] tokens = history.toArray();
            sampling.processors().forEach(processor -> processor.process(tokens.clone(), logits));
        }
    }

    @Override
    public int sample(float[] logits) {
        double temperature = temperature(logits);
        if (temperature == 0) {
            return Sampler.argmax(logits);
        }
        Candidates candidates = new Candidates(logits, temperature);
        if (!(candidates.total() > 0)) { // infinite logits, or none that is a number
            return Sampler.argmax(logits);
        }
        Mirostat mirostat = sampling.mirostat();
        return mirostat == null ? truncated(candidates).draw(random) : unsurprising(candidates, mirostat);
    }

    @Override
    public float temperature() {
        return (float) sampling.temperature();
    }

    @Override
    public boolean isEnough(LargestLogits largest) {
        if (!sampling.looksAtProbabilitiesOnly() || !(largest.total() > 0) || largest.size() == 0) {
            return false;
        }
        if (sampling.temperature() == 0) {
            return true;
        }
        // Where tokens are not put in order, one is drawn in that of the vocabulary.
        return sampling.topK() > 0
                ? sampling.topK() < largest.size()
                : sampling.topP() < 1
                        && new Candidates(largest, sampling.temperature()).sum() > sampling.topP() * largest.total();
    }

    @Override
    public int sample(LargestLogits largest) {
        int place = sampling.temperature() == 0
                ? 0
                : truncated(new Candidates(largest, sampling.temperature())).draw(random);
        return largest.id(place);
    }

    private double temperature(float[] logits) {
        DynamicTemperature dynamic = sampling.dynamicTemperature();
        return dynamic == null ? sampling.temperature() : dynamic.of(sampling.temperature(), logits);
    }

    private Candidates truncated(Candidates candidates) {
        if (sampling.topK() > 0) {
            candidates.keepBest(sampling.topK());
        }
        if (sampling.topP() < 1) {
            candidates.keepNucleus(sampling.topP());
        }
        if (sampling.minP() > 0) {
            candidates.keepAbove(sampling.minP());
        }
        if (sampling.typicalP() < 1) {
            candidates.keepTypical(sampling.typicalP());
        }
        Xtc xtc = sampling.xtc();
        if (xtc != null && random.nextDouble() < xtc.probability()) {
            candidates.excludeTop(xtc.threshold());
        }
        return candidates;
    }

    private int unsurprising(Candidates candidates, Mirostat mirostat) {
        candidates.keepUnsurprising(mostBits);
        int token = candidates.draw(random);
        double surprise = -Math.log(candidates.probability(token)) / Math.log(2);
        mostBits -= mirostat.eta() * (surprise - mirostat.tau());
        return token;
    }
}
