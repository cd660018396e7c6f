// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LlamaVariantTest {

    @Test
    void idsAndNamesAreUnique() {
        Set<String> ids = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (LlamaVariant variant : LlamaVariant.all()) {
            assertTrue(variant.id().matches("[a-z0-9.]+(-[a-z0-9.]+)*"), variant.id());
            assertTrue(ids.add(variant.id()), variant.id());
            assertTrue(names.add(variant.displayName()), variant.displayName());
        }
        assertEquals(77, ids.size());
    }

    @Test
    void findsById() {
        LlamaVariant variant = LlamaVariant.byId("llama3.1-405b-instruct");

        assertEquals("Llama 3.1 405B Instruct", variant.displayName());
        assertEquals(LlamaVariant.Generation.LLAMA_3_1, variant.generation());
        assertTrue(variant.instruct());
        assertEquals(15_600_000_000_000L, Objects.requireNonNull(variant.pretrainingTokens()));
        Refusals.assertRefused(
                "Llama variant: found llama5-9t, expected an id of the catalogue such as llama3.1-8b-instruct",
                () -> LlamaVariant.byId("llama5-9t"));
    }

    @Test
    void recognisesEveryEntry() {
        for (LlamaVariant variant : LlamaVariant.all()) {
            List<LlamaVariant> recognised = LlamaVariant.recognise(variant.config());
            assertTrue(recognised.contains(variant), variant.id());
            for (LlamaVariant other : recognised) {
                assertEquals(variant.config(), other.config(), variant.id() + " as " + other.id());
            }
        }
    }

    @Test
    void tellsGenerationsOfTheSameMatricesApart() {
        assertEquals(
                List.of("llama3-8b", "llama3-8b-instruct", "llama-guard-2-8b"),
                recognised(LlamaVariant.byId("llama3-8b").config()));
        assertEquals(
                List.of("llama3.1-8b", "llama3.1-8b-instruct", "llama-guard-3-8b", "llama-guard-3-8b-int8"),
                recognised(LlamaVariant.byId("llama3.1-8b").config()));
        assertEquals(
                List.of("smollm2-135m"),
                recognised(LlamaVariant.byId("smollm2-135m").config()));
    }

    /** GGUF states epsilon and divisors as float, the scaling as divisors, and a context that users change at will. */
    @Test
    void recognisesWhatAFileMakesOfAShape() {
        LlamaConfig original = LlamaVariant.byId("llama3.2-1b-instruct").config();
        double[] frequencies = new RopeConfig(5e5, RopeScaling.NONE).inverseFrequencies(64);
        List<Float> divisors = IntStream.range(0, 32)
                .mapToObj(pair -> (float) original.rope().scaling().divisor(pair, frequencies[pair]))
                .toList();
        LlamaConfig file = original.toBuilder()
                .rope(5e5, new RopeScaling.Divisors(divisors))
                .normEps(1e-5f)
                .contextLength(16_384)
                .tiedEmbeddings(false)
                .build();

        List<String> recognised = recognised(file);

        assertTrue(recognised.contains("llama3.2-1b-instruct"), recognised.toString());
        assertTrue(!recognised.contains("llama-guard-3-1b"), recognised.toString());
    }

    @Test
    void recognisesNothingElse() {
        LlamaConfig unknown =
                LlamaVariant.byId("llama3.1-8b").config().toBuilder().layers(33).build();

        assertEquals(List.of(), LlamaVariant.recognise(unknown));
    }

    @Test
    void llama4HasItsPatternAndMixtures() {
        LlamaConfig scout = LlamaVariant.byId("llama4-scout").config();
        LlamaConfig maverick = LlamaVariant.byId("llama4-maverick").config();

        assertEquals(new AttentionPattern(4, 8192, true, 8192, 0.1), scout.attention());
        assertEquals(new AttentionPattern(4, 8192, false, 8192, 0.1), maverick.attention());
        assertEquals(new MoeConfig(16, 1, 1, 8192), scout.moe());
        assertEquals(new MoeConfig(128, 1, 2, 8192), maverick.moe());
    }

    private static List<String> recognised(LlamaConfig config) {
        return LlamaVariant.recognise(config).stream().map(LlamaVariant::id).toList();
    }
}
