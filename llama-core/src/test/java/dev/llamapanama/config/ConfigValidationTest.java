// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static dev.llamapanama.config.Refusals.assertRefused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigValidationTest {
    private static final LlamaConfig TINY = LlamaVariant.byId("stories260k").config();

    static Stream<Arguments> outOfRange() {
        RopeScaling threeDivisors = new RopeScaling.Divisors(List.of(1f, 2f, 3f));
        return Stream.of(
                refused(
                        "dim: found 0, expected a positive number",
                        copy().dim(0).headDim(8)),
                refused("layers: found -1, expected a positive number", copy().layers(-1)),
                refused("heads: found 0, expected a positive number", copy().heads(0)),
                refused("kv heads: found 3, expected a divisor of the 8 heads", copy().kvHeads(3)),
                refused("kv heads: found -4, expected a divisor of the 8 heads", copy().kvHeads(-4)),
                refused("head dim: found 7, expected a positive even number", copy().headDim(7)),
                refused("head dim: found -2, expected a positive even number", copy().headDim(-2)),
                refused(
                        "head dim: found 2147483646, expected at most 2^31 - 1 over all heads",
                        copy().headDim(Integer.MAX_VALUE - 1)),
                refused("feed-forward width: found 0, expected a positive number", copy().ffnDim(0)),
                refused("vocabulary size: found -5, expected a positive number", copy().vocabSize(-5)),
                refused("context length: found 0, expected a positive number", copy().contextLength(0)),
                refused("norm epsilon: found 0.0, expected a positive finite number", copy().normEps(0)),
                refused("norm epsilon: found NaN, expected a positive finite number", copy().normEps(Double.NaN)),
                refused(
                        "norm epsilon: found Infinity, expected a positive finite number",
                        copy().normEps(Double.POSITIVE_INFINITY)),
                refused("cross-attention layers: found -1, expected 0 or more", copy().crossAttentionLayers(-1)),
                refused("rope divisors: found 3, expected one for each of 4 pairs", copy().rope(1e4, threeDivisors)));
    }

    @ParameterizedTest
    @MethodSource("outOfRange")
    void refusesAConfiguration(String message, LlamaConfigBuilder config) {
        assertRefused(message, config::build);
    }

    @Test
    void refusesRope() {
        assertRefused(
                "rope theta: found 0.0, expected a positive finite number", () -> new RopeConfig(0, RopeScaling.NONE));
        assertRefused(
                "rope scaling factor: found -2.0, expected a positive finite number", () -> new RopeScaling.Linear(-2));
        assertRefused(
                "rope scaling factor: found NaN, expected a positive finite number",
                () -> new RopeScaling.Llama3(Double.NaN, 1, 4, 8192));
        assertRefused(
                "rope scaling low frequency factor: found 0.0, expected a positive finite number",
                () -> new RopeScaling.Llama3(8, 0, 4, 8192));
        assertRefused(
                "rope scaling high frequency factor: found Infinity, expected a positive finite number",
                () -> new RopeScaling.Llama3(8, 1, Double.POSITIVE_INFINITY, 8192));
        assertRefused(
                "rope scaling high frequency factor: found 1.0, expected at least the low frequency factor 2.0",
                () -> new RopeScaling.Llama3(8, 2, 1, 8192));
        assertRefused(
                "rope scaling original context: found 0, expected a positive number",
                () -> new RopeScaling.Llama3(8, 1, 4, 0));
    }

    @Test
    void refusesRopeDivisors() {
        assertRefused(
                "rope divisor of pair 1: found 0.0, expected a positive finite number",
                () -> new RopeScaling.Divisors(List.of(1f, 0f)));
        assertRefused(
                "rope divisor of pair 0: found NaN, expected a positive finite number",
                () -> new RopeScaling.Divisors(List.of(Float.NaN)));
        assertRefused(
                "rotated pair: found 2, expected below the 2 divisors",
                () -> new RopeConfig(1e4, new RopeScaling.Divisors(List.of(1f, 2f))).inverseFrequencies(6));
    }

    @Test
    void copiesRopeDivisors() {
        List<Float> values = new ArrayList<>(List.of(1f, 2f));
        RopeScaling.Divisors divisors = new RopeScaling.Divisors(values);
        values.set(0, 9f);

        assertEquals(List.of(1f, 2f), divisors.values());
        assertEquals(new RopeScaling.Divisors(List.of(1f, 2f)), divisors);
    }

    @Test
    void refusesMixtures() {
        assertRefused("experts: found 0, expected a positive number", () -> new MoeConfig(0, 1, 1, 8));
        assertRefused("experts per token: found 0, expected 1 to 4", () -> new MoeConfig(4, 0, 1, 8));
        assertRefused("experts per token: found 5, expected 1 to 4", () -> new MoeConfig(4, 5, 1, 8));
        assertRefused("mixture interleave: found 0, expected a positive number", () -> new MoeConfig(4, 1, 0, 8));
        assertRefused(
                "expert feed-forward width: found -8, expected a positive number", () -> new MoeConfig(4, 1, 1, -8));
    }

    @Test
    void refusesAttentionPatterns() {
        assertRefused("nope interval: found -1, expected 0 or more", () -> new AttentionPattern(-1, 0, false, 0, 0));
        assertRefused(
                "attention chunk size: found -1, expected 0 or more", () -> new AttentionPattern(0, -1, false, 0, 0));
        assertRefused(
                "attention temperature floor: found -1, expected 0 or more",
                () -> new AttentionPattern(0, 0, false, -1, 0));
        assertRefused(
                "attention temperature scale: found NaN, expected a finite number",
                () -> new AttentionPattern(0, 0, false, 0, Double.NaN));
    }

    @Test
    void refusesNegativeContextsAndSizes() {
        assertRefused("context: found -1, expected 0 or more", () -> TINY.flopsPerToken(-1));
        assertRefused("context: found -1, expected 0 or more", () -> TINY.kvBytes(-1, 2));
        assertRefused("bytes per element: found 0, expected a positive number", () -> TINY.kvBytes(1, 0));
        assertRefused("bytes per element: found 0, expected a positive number", () -> TINY.kvBytesPerToken(0));
        assertRefused(
                "bytes per element: found -1, expected a positive number", () -> TINY.crossAttentionKvBytes(1, -1));
        assertRefused("vision tokens: found 0, expected a positive number", () -> TINY.crossAttentionKvBytes(0, 2));
    }

    @Test
    void reportsContextsThatOverflow() {
        assertThrows(ArithmeticException.class, () -> TINY.flopsPerToken(Long.MAX_VALUE));
        assertThrows(ArithmeticException.class, () -> TINY.kvBytes(Long.MAX_VALUE, 2));
    }

    /** Either a shape is refused, or all its counts are positive: no product wraps around. */
    @Test
    void countsOfHostileShapesNeverWrap() {
        Random random = new Random(25);
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            LlamaConfigBuilder hostile = hostile(random);
            try {
                LlamaConfig config = hostile.build();
                assertTrue(config.matmulParametersPerToken() > 0);
                assertTrue(config.activeParameterCount() >= config.matmulParametersPerToken());
                assertTrue(config.parameterCount() >= config.activeParameterCount());
                assertTrue(config.crossAttentionParameterCount() >= 0);
                assertTrue(config.flopsPerToken(1) > 0);
                assertTrue(config.kvBytesPerToken(4) > 0);
                assertTrue(config.queryDim() >= config.kvDim());
                accepted++;
            } catch (IllegalArgumentException e) {
                assertTrue(e.toString().contains("found"), e.toString());
            }
        }
        assertTrue(accepted > 1000 && accepted < 19_000, "accepted " + accepted);
    }

    @Test
    void tellsLayersApart() {
        AttentionPattern pattern = new AttentionPattern(4, 8192, true, 8192, 0.1);
        MoeConfig moe = new MoeConfig(128, 1, 2, 8192);

        assertTrue(pattern.hasRope(0) && pattern.hasRope(2) && pattern.hasRope(4));
        assertFalse(pattern.hasRope(3) || pattern.hasRope(47));
        assertEquals(36, pattern.ropeLayers(48));
        assertTrue(AttentionPattern.FULL.hasRope(3));
        assertEquals(48, AttentionPattern.FULL.ropeLayers(48));
        assertFalse(moe.inLayer(0));
        assertTrue(moe.inLayer(1) && moe.inLayer(47));
        assertEquals(24, moe.mixtureLayers(48));
        assertEquals(64, TINY.queryDim());
        assertEquals(32, TINY.kvDim());
    }

    private static LlamaConfigBuilder hostile(Random random) {
        LlamaConfigBuilder config = LlamaConfig.builder()
                .dim(wild(random))
                .layers(wild(random))
                .heads(1 << random.nextInt(31))
                .kvHeads(1 << random.nextInt(4))
                .headDim(2 << random.nextInt(12))
                .ffnDim(wild(random))
                .vocabSize(wild(random))
                .contextLength(wild(random))
                .tiedEmbeddings(random.nextBoolean())
                .crossAttentionLayers(random.nextInt(3) == 0 ? wild(random) : 0);
        return random.nextBoolean()
                ? config
                : config.moe(new MoeConfig(wild(random), 1, 1 + random.nextInt(3), wild(random)));
    }

    /** Any magnitude up to the largest int. */
    private static int wild(Random random) {
        return (random.nextInt() >>> (1 + random.nextInt(31))) | 1;
    }

    private static LlamaConfigBuilder copy() {
        return TINY.toBuilder();
    }

    private static Arguments refused(String message, LlamaConfigBuilder config) {
        return Arguments.of(message, config);
    }
}
