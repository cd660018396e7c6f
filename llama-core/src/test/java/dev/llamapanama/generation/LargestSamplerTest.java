// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tensor.Largest;
import dev.llamapanama.tensor.LargestLogits;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is picked of the largest logits is what would be picked of all. */
class LargestSamplerTest {
    private static final int VOCABULARY = 300;

    static Stream<SamplingBuilder> thoseThatNeedFew() {
        return Stream.of(
                Sampling.builder().temperature(0),
                Sampling.builder(),
                Sampling.builder().temperature(0.3).topP(0.95),
                Sampling.builder().topK(40),
                Sampling.builder().temperature(1.5).topK(63).topP(0.8).minP(0.05),
                Sampling.builder().topK(7).topP(1).typicalP(0.7),
                Sampling.builder().topK(20).topP(1).xtc(0.5, 0.1));
    }

    @ParameterizedTest
    @MethodSource("thoseThatNeedFew")
    void picksTheSame(SamplingBuilder builder) {
        Sampling sampling = builder.seed(5).build();
        LargestSampler some = (LargestSampler) sampling.newSampler();
        Sampler all = sampling.newSampler();
        Random random = new Random(1);
        for (int draw = 0; draw < 500; draw++) {
            float[] logits = logits(random, 6);
            LargestLogits largest = Largest.of(logits, sampling.temperature());
            assertTrue(some.isEnough(largest));
            assertEquals(all.sample(logits), some.sample(largest));
        }
    }

    static Stream<SamplingBuilder> thoseThatNeedAll() {
        return Stream.of(
                Sampling.builder().topP(1),
                Sampling.builder().topP(1).minP(0.1),
                Sampling.builder().topK(64),
                Sampling.builder().temperature(0).logitBias(3, 1),
                Sampling.builder().topK(5).repetitionPenalty(1.1),
                Sampling.builder().topK(5).dry(Dry.of(0.8)),
                Sampling.builder().topK(5).processor((tokens, logits) -> {}),
                Sampling.builder().topK(5).dynamicTemperature(0.2, 1),
                Sampling.builder().topP(1).mirostat(5, 0.1));
    }

    @ParameterizedTest
    @MethodSource("thoseThatNeedAll")
    void wantsAll(SamplingBuilder builder) {
        Sampling sampling = builder.build();
        LargestSampler sampler = (LargestSampler) sampling.newSampler();
        assertFalse(sampler.isEnough(Largest.of(logits(new Random(2), 6), sampling.temperature())));
    }

    /** Where the largest don't have the probability of the nucleus. */
    @Test
    void wantsAllOfAFlatDistribution() {
        LargestSampler sampler = (LargestSampler) Sampling.DEFAULT.newSampler();
        assertFalse(sampler.isEnough(Largest.of(logits(new Random(3), 0.1), 0.6)));
    }

    @Test
    void wantsAllWhereOneIsNoNumber() {
        LargestLogits largest = new LargestLogits(new int[] {4}, new float[] {1}, Double.NaN);
        for (double temperature : new double[] {0, 1}) {
            Sampler sampler =
                    Sampling.builder().temperature(temperature).build().newSampler();
            assertFalse(((LargestSampler) sampler).isEnough(largest));
        }
    }

    private static float[] logits(Random random, double spread) {
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            // Halves, so that many are equal.
            logits[i] = (float) (Math.rint(2 * spread * random.nextGaussian()) / 2);
        }
        return logits;
    }
}
