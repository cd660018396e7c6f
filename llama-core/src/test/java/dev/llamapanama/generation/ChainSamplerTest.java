// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each way of sampling against its definition, computed here in the plainest way. */
class ChainSamplerTest {
    private static final float[] LOGITS = {0.5f, -1, 2, 2, -30, 0, 1.25f, -0.5f, 1, -2, 0.75f, -100};

    /** All off but the temperature, which is 1. */
    private static SamplingBuilder plain() {
        return Sampling.builder().temperature(1).topP(1).seed(99);
    }

    private static double[] softmax(float[] logits, double temperature) {
        double[] p = new double[logits.length];
        for (int i = 0; i < p.length; i++) {
            p[i] = Math.exp(logits[i] / temperature);
        }
        return normalised(p);
    }

    private static double[] normalised(double[] p) {
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(each -> each / sum).toArray();
    }

    private static double[] only(double[] p, Set<Integer> tokens) {
        return normalised(IntStream.range(0, p.length)
                .mapToDouble(i -> tokens.contains(i) ? p[i] : 0)
                .toArray());
    }

    private static Integer[] descending(double[] p) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -p[i]))
                .toArray(Integer[]::new);
    }

    private static void assertDraws(double[] expected, Sampler sampler) {
        Draws.assertFollow(expected, () -> {
            float[] logits = LOGITS.clone();
            sampler.process(logits);
            return sampler.sample(logits);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.6, 1})
    void minP(double minP) {
        double[] p = softmax(LOGITS, 1);
        double most = Arrays.stream(p).max().orElseThrow();
        Set<Integer> kept = new HashSet<>();
        for (int i = 0; i < p.length; i++) {
            if (p[i] >= minP * most) {
                kept.add(i);
            }
        }
        assertDraws(only(p, kept), plain().minP(minP).build().newSampler());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.99})
    void typicalP(double typicalP) {
        double[] p = softmax(LOGITS, 1);
        double entropy = -Arrays.stream(p).map(each -> each * Math.log(each)).sum();
        Integer[] order = IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> Math.abs(-Math.log(p[i]) - entropy)))
                .toArray(Integer[]::new);
        Set<Integer> kept = new HashSet<>();
        double sum = 0;
        for (int i = 0; sum < typicalP; i++) {
            kept.add(order[i]);
            sum += p[order[i]];
        }
        assertDraws(only(p, kept), plain().typicalP(typicalP).build().newSampler());
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.2, 0.6})
    void xtc(double threshold) {
        double[] p = softmax(LOGITS, 1);
        Integer[] order = descending(p);
        Set<Integer> kept = new HashSet<>(List.of(order));
        for (int i = 0; i + 1 < order.length && p[order[i + 1]] >= threshold; i++) {
            kept.remove(order[i]);
        }
        double[] without = only(p, kept);
        assertDraws(without, plain().xtc(1, threshold).build().newSampler());
        double[] half = IntStream.range(0, p.length)
                .mapToDouble(i -> 0.25 * without[i] + 0.75 * p[i])
                .toArray();
        assertDraws(half, plain().xtc(0.25, threshold).build().newSampler());
        assertDraws(p, plain().xtc(0, threshold).build().newSampler());
    }

    /** The target is met in the long run, whatever the distribution. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 3})
    void mirostatKeepsTheSurpriseNearItsTarget(double tau) {
        Sampler sampler = plain().mirostat(tau, 0.1).build().newSampler();
        Random random = new Random(1);
        double surprise = 0;
        int steps = 4000;
        double bound = 2 * tau;
        for (int i = 0; i < steps; i++) {
            float[] logits = new float[200];
            for (int j = 0; j < logits.length; j++) {
                logits[j] = 2 * (float) random.nextGaussian();
            }
            double[] p = softmax(logits, 1);
            int token = sampler.sample(logits);
            double most = bound;
            Set<Integer> kept = new HashSet<>();
            for (int j = 0; j < p.length; j++) {
                if (-Math.log(p[j]) / Math.log(2) <= most) {
                    kept.add(j);
                }
            }
            kept.add(descending(p)[0]);
            assertTrue(kept.contains(token));
            double bits = -Math.log(only(p, kept)[token]) / Math.log(2);
            bound -= 0.1 * (bits - tau);
            surprise += bits;
        }
        assertEquals(tau, surprise / steps, 0.1);
    }

    @Test
    void dynamicTemperature() {
        double[] p = softmax(LOGITS, 1);
        double entropy = -Arrays.stream(p).map(each -> each * Math.log(each)).sum();
        double temperature = 0.3 + (1.7 - 0.3) * Math.pow(entropy / Math.log(p.length), 1.5);
        assertDraws(
                softmax(LOGITS, temperature),
                plain().dynamicTemperature(0.7, 1.5).build().newSampler());
        assertDraws(
                softmax(LOGITS, 3 * Math.pow(entropy / Math.log(p.length), 1)),
                plain().dynamicTemperature(2, 1).build().newSampler());
    }

    @Test
    void biasAndPenaltiesChangeLogits() {
        Sampler sampler = plain().logitBias(4, 40)
                .logitBias(2, Float.NEGATIVE_INFINITY)
                .repetitionPenalty(2)
                .frequencyPenalty(0.25)
                .presencePenalty(0.5)
                .penaltyWindow(4)
                .build()
                .newSampler();
        IntStream.of(6, 6, 0, 1, 1, 5).forEach(sampler::accept);
        float[] expected = LOGITS.clone();
        expected[4] += 40;
        expected[2] = Float.NEGATIVE_INFINITY;
        expected[0] = LOGITS[0] / 2 - 0.25f - 0.5f;
        expected[1] = LOGITS[1] * 2 - 2 * 0.25f - 0.5f;
        expected[5] = LOGITS[5] - 0.25f - 0.5f;
        float[] found = LOGITS.clone();
        sampler.process(found);
        assertArrayEquals(expected, found);
        assertDraws(softmax(expected, 1), sampler);
    }

    @Test
    void allTokensAreRecentWhereTheWindowHasNoEnd() {
        Sampler sampler = plain().presencePenalty(1).penaltyWindow(-1).build().newSampler();
        IntStream.rangeClosed(1, 200).forEach(i -> sampler.accept(i == 1 ? 6 : 0));
        float[] found = LOGITS.clone();
        sampler.process(found);
        assertEquals(LOGITS[6] - 1, found[6]);
        assertEquals(LOGITS[0] - 1, found[0]);
        assertEquals(LOGITS[1], found[1]);
    }

    /** Every place of the text is compared with its end, token by token. */
    @Test
    void dry() {
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            int breaker = random.nextInt(4) == 0 ? -1 : 3;
            int window = random.nextBoolean() ? -1 : random.nextInt(40);
            int allowed = 1 + random.nextInt(3);
            Sampler sampler = plain().dry(new Dry(0.5, 1.5, allowed, window, List.of("b")))
                    .build()
                    .newSampler(id -> id == breaker ? "a b" : "a");
            List<Integer> text = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                text.add(random.nextInt(4));
            }
            text.forEach(sampler::accept);
            float[] found = LOGITS.clone();
            sampler.process(found);
            assertArrayEquals(dry(text, window, allowed, breaker), found);
        }
    }

    private static float[] dry(List<Integer> all, int window, int allowed, int breaker) {
        List<Integer> text = all.subList(window < 0 ? 0 : Math.max(0, all.size() - window), all.size());
        float[] logits = LOGITS.clone();
        int[] longest = new int[LOGITS.length];
        for (int end = 0; end + 1 < text.size(); end++) {
            int n = 0;
            while (n <= end
                    && text.get(end - n).equals(text.get(text.size() - 1 - n))
                    && text.get(end - n) != breaker) {
                n++;
            }
            int next = text.get(end + 1);
            longest[next] = Math.max(longest[next], n);
        }
        for (int token = 0; token < longest.length; token++) {
            if (longest[token] >= allowed) {
                logits[token] -= (float) (0.5 * Math.pow(1.5, longest[token] - allowed));
            }
        }
        return logits;
    }

    @Test
    void processorsSeeWhatWasSaidAndHaveTheLastWord() {
        List<List<Integer>> seen = new ArrayList<>();
        Sampler sampler = plain().logitBias(0, 100)
                .processor((tokens, logits) -> {
                    seen.add(Arrays.stream(tokens).boxed().toList());
                    Arrays.fill(tokens, 0);
                    logits[7] = 1000;
                })
                .processor((tokens, logits) ->
                        seen.add(Arrays.stream(tokens).boxed().toList()))
                .build()
                .newSampler();
        sampler.accept(4);
        sampler.accept(5);
        float[] logits = LOGITS.clone();
        sampler.process(logits);
        assertEquals(7, sampler.sample(logits));
        assertEquals(List.of(List.of(4, 5), List.of(4, 5)), seen);
    }

    @Test
    void eachStepSeesWhatTheOneBeforeHasLeft() {
        double[] p = softmax(LOGITS, 0.8);
        Integer[] order = descending(p);
        double[] five = only(p, Set.of(order[0], order[1], order[2], order[3], order[4]));
        Set<Integer> kept = new HashSet<>();
        double before = 0;
        for (Integer token : order) {
            if (before <= 0.8 && five[token] > 0) {
                kept.add(token);
            }
            before += five[token];
        }
        double most = five[order[0]];
        kept.removeIf(token -> five[token] < 0.4 * most);
        assertDraws(
                only(p, kept),
                plain().temperature(0.8).topK(5).topP(0.8).minP(0.4).build().newSampler());
    }

    @Test
    void whatIsImpossibleNeverComes() {
        float[] logits = new float[50];
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        logits[17] = -3;
        List<UnaryOperator<SamplingBuilder>> ways = List.of(
                way -> way,
                way -> way.topK(5),
                way -> way.topP(0.5),
                way -> way.minP(0.1),
                way -> way.typicalP(0.5),
                way -> way.xtc(1, 0.1),
                way -> way.mirostat(2, 0.1),
                way -> way.dynamicTemperature(0.5, 1),
                way -> way.temperature(0));
        for (UnaryOperator<SamplingBuilder> way : ways) {
            Sampler sampler = way.apply(plain()).build().newSampler();
            for (int i = 0; i < 200; i++) {
                assertEquals(17, sampler.sample(logits.clone()));
            }
        }
    }

    @Test
    void valuesOutOfRangeAreRefusedByName() {
        assertRefused("minP: found -0.1", () -> plain().minP(-0.1).build());
        assertRefused("minP: found 1.1", () -> plain().minP(1.1).build());
        assertRefused("typicalP: found 0.0", () -> plain().typicalP(0).build());
        assertRefused("xtc probability: found 2.0", () -> plain().xtc(2, 0.1));
        assertRefused("xtc threshold: found 0.0", () -> plain().xtc(1, 0));
        assertRefused("mirostat tau: found 0.0", () -> plain().mirostat(0, 1));
        assertRefused("mirostat eta: found -1.0", () -> plain().mirostat(1, -1));
        assertRefused(
                "mirostat: found it with topK",
                () -> plain().mirostat(1, 1).topK(3).build());
        assertRefused("dynamicTemperature range: found 0.0", () -> plain().dynamicTemperature(0, 1));
        assertRefused("dynamicTemperature exponent: found NaN", () -> plain().dynamicTemperature(1, Double.NaN));
        assertRefused(
                "repetitionPenalty: found 0.0",
                () -> plain().repetitionPenalty(0).build());
        assertRefused(
                "frequencyPenalty: found NaN",
                () -> plain().frequencyPenalty(Double.NaN).build());
        assertRefused(
                "presencePenalty: found Infinity",
                () -> plain().presencePenalty(Double.POSITIVE_INFINITY).build());
        assertRefused("penaltyWindow: found -2", () -> plain().penaltyWindow(-2).build());
        assertRefused(
                "logitBias: found token -1", () -> plain().logitBias(-1, 1).build());
        assertRefused(
                "logitBias: found NaN", () -> plain().logitBias(1, Float.NaN).build());
        assertRefused("dry multiplier: found -1.0", () -> Dry.of(-1));
        assertRefused("dry base: found 0.5", () -> new Dry(1, 0.5, 1, -1, List.of()));
        assertRefused("dry allowedLength: found 0", () -> new Dry(1, 1, 0, -1, List.of()));
        assertRefused("dry window: found -2", () -> new Dry(1, 1, 1, -2, List.of()));
        assertRefused("dry breakers: found an empty text", () -> new Dry(1, 1, 1, 1, List.of("")));
    }

    private static void assertRefused(String message, Runnable action) {
        String found = String.valueOf(
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
        assertTrue(found.startsWith(message), found);
    }

    @Test
    void logprobsAreThoseOfTheModel() {
        double[] p = softmax(LOGITS, 1);
        TokenLogprob logprob = TokenLogprob.of(LOGITS, 6, 3);
        assertEquals(6, logprob.token());
        assertEquals(Math.log(p[6]), logprob.logprob(), 1e-12);
        assertEquals(
                List.of(2, 3, 6),
                logprob.top().stream().map(TokenLogprob::token).toList());
        logprob.top().forEach(each -> assertEquals(Math.log(p[each.token()]), each.logprob(), 1e-12));
        assertEquals(12, TokenLogprob.of(LOGITS, 0, 99).top().size());
    }
}
