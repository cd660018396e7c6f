// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
    private static final float[] LOGITS = {0.5f, -1, 2, 2, -30, 0, 1.25f, -0.5f, 1, -2, 0.75f, -100};

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1",
        "0.6, 0, 1",
        "3, 0, 1",
        "1, 1, 1",
        "1, 2, 1",
        "1, 3, 1",
        "1, 5, 1",
        "1, 12, 1",
        "1, 99, 1",
        "0.6, 0, 0.9",
        "1, 0, 0.5",
        "1, 0, 0.01",
        "1, 0, 0.999",
        "2, 4, 0.8",
        "1, 7, 0.4",
        "0.8, 1, 0.2",
    })
    void drawsFollowTheExactProbabilities(double temperature, int topK, double topP) {
        double[] expected = probabilities(LOGITS, temperature, topK, topP);
        Sampler sampler = new Sampling(temperature, topK, topP, OptionalLong.of(99)).newSampler();
        Draws.assertFollow(expected, () -> sampler.sample(LOGITS.clone()));
    }

    /** Temperature, then top-k, then top-p over what is left; of equal tokens the first comes first. */
    private static double[] probabilities(float[] logits, double temperature, int topK, double topP) {
        int[] order = IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> -logits[i]))
                .mapToInt(i -> i)
                .limit(topK == 0 ? logits.length : topK)
                .toArray();
        double[] p = new double[logits.length];
        for (int id : order) {
            p[id] = Math.exp(logits[id] / temperature);
        }
        normalise(p);
        double before = 0;
        for (int id : order) {
            double own = p[id];
            p[id] = before <= topP ? own : 0;
            before += own;
        }
        normalise(p);
        return p;
    }

    private static void normalise(double[] p) {
        double sum = Arrays.stream(p).sum();
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
    }

    @Test
    void temperatureZeroIsTheFirstOfTheGreatest() {
        Sampler sampler = new Sampling(0, 5, 0.3, OptionalLong.empty()).newSampler();
        for (int i = 0; i < 100; i++) {
            assertEquals(2, sampler.sample(LOGITS.clone()));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-3, 1, 1e3, 1e20, 1e300})
    void topOneIsGreedyAtAnyTemperature(double temperature) {
        Random random = new Random(2);
        Sampler sampler = new Sampling(temperature, 1, 1, OptionalLong.of(5)).newSampler();
        for (int i = 0; i < 200; i++) {
            float[] logits = gaussians(random, 50);
            assertEquals(Sampler.argmax(logits), sampler.sample(logits.clone()));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-300, 1e-6})
    void theColdestDrawsAreGreedy(double temperature) {
        Random random = new Random(3);
        for (double topP : new double[] {1, 0.9}) {
            Sampler sampler = new Sampling(temperature, 0, topP, OptionalLong.of(5)).newSampler();
            for (int i = 0; i < 200; i++) {
                float[] logits = gaussians(random, 50);
                assertEquals(Sampler.argmax(logits), sampler.sample(logits.clone()));
            }
        }
    }

    @Test
    void extremeLogitsAreNoTrouble() {
        float[][] extremes = {{1e38f, -1e38f, 1e38f}, {-1e38f, -1e38f}, {Float.NEGATIVE_INFINITY, 3}, {7}};
        for (float[] logits : extremes) {
            double[] expected = probabilities(shifted(logits), 0.7, 0, 0.95);
            Sampler sampler = new Sampling(0.7, 0, 0.95, OptionalLong.of(5)).newSampler();
            for (int i = 0; i < 200; i++) {
                assertTrue(expected[sampler.sample(logits.clone())] > 0);
            }
        }
    }

    private static float[] shifted(float[] logits) {
        float[] shifted = logits.clone();
        for (int i = 0; i < logits.length; i++) {
            shifted[i] -= logits[Sampler.argmax(logits)];
        }
        return shifted;
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "0.6, 0, 0.9", "1, 40, 0.95"})
    void aSeedFixesTheDraws(double temperature, int topK, double topP) {
        int[] draws = draws(new Sampling(temperature, topK, topP, OptionalLong.of(7)));
        assertArrayEquals(draws, draws(new Sampling(temperature, topK, topP, OptionalLong.of(7))));
        assertFalse(Arrays.equals(draws, draws(new Sampling(temperature, topK, topP, OptionalLong.of(8)))));
        Sampling unseeded = new Sampling(temperature, topK, topP, OptionalLong.empty());
        assertFalse(Arrays.equals(draws(unseeded), draws(unseeded)));
    }

    private static int[] draws(Sampling sampling) {
        Sampler sampler = sampling.newSampler();
        Random random = new Random(1);
        return IntStream.range(0, 200)
                .map(i -> sampler.sample(gaussians(random, 100)))
                .toArray();
    }

    private static float[] gaussians(Random random, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 0, 1, 'temperature: found -0.1, expected 0 or more'",
        "NaN, 0, 1, 'temperature: found NaN, expected 0 or more'",
        "Infinity, 0, 1, 'temperature: found Infinity, expected 0 or more'",
        "1, -1, 1, 'topK: found -1, expected 0 or more'",
        "1, 0, 0, 'topP: found 0.0, expected more than 0, at most 1'",
        "1, 0, 1.01, 'topP: found 1.01, expected more than 0, at most 1'",
        "1, 0, NaN, 'topP: found NaN, expected more than 0, at most 1'",
    })
    void valuesOutOfRangeAreRefusedByName(double temperature, int topK, double topP, String message) {
        assertEquals(
                message,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new Sampling(temperature, topK, topP, OptionalLong.empty()))
                        .getMessage());
    }
}
