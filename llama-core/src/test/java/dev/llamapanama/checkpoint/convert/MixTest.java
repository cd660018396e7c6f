// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.LlamaVariant;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixTest {
    /** Those whose head has more bits than the rest. */
    private static final List<Mix> QUANTISED = Arrays.stream(Mix.values())
            .filter(mix -> !List.of("F32", "F16", "BF16", "Q8_0").contains(mix.name()))
            .toList();

    /**
     * A real file of Llama 3.2 1B that llama-quantize made is smaller than that in F16 by what the mix saves: all but the weights
     * is the same in both, to a few hundred bytes of metadata and padding.
     */
    @Test
    void savesWhatTheRealFileSaves() {
        long saved = 2_475_489_440L - 803_588_256L;

        long ours = bytes("llama3.2-1b", null) - bytes("llama3.2-1b", Mix.Q4_K_M);
        assertTrue(Math.abs(ours - saved) < 4096, () -> ours + " in place of " + saved);
    }

    private static long bytes(String variant, @Nullable Mix mix) {
        LlamaConfig config = config(variant);
        long[] sum = {0};
        WeightLayout.forEach(config, (name, shape) -> {
            DType type = shape.rows() == 1 ? DType.F32 : mix == null ? DType.F16 : mix.typeOf(name, config);
            sum[0] += type.bytes(shape.elements());
        });
        return sum[0];
    }

    /** Layers, counted by hand from the rule, whose matrices have another type than the base. */
    @ParameterizedTest
    @CsvSource({
        "llama3.2-1b, Q4_K_M, attn_v,   Q6_K, 0 1 4 7 10 13 14 15",
        "llama3.2-1b, Q4_K_M, ffn_down, Q6_K, 0 1 4 7 10 13 14 15",
        "llama3.2-1b, Q5_K_M, ffn_down, Q6_K, 0 1 4 7 10 13 14 15",
        "llama3.2-3b, Q5_K_M, attn_v,   Q6_K, 0 1 2 5 8 11 14 17 20 23 24 25 26 27",
        "llama3.2-1b, Q4_K_S, attn_v,   Q5_K, 0 1 2 3",
        "llama3.2-1b, Q4_K_S, ffn_down, Q5_K, 0 1",
        "llama3.2-1b, Q3_K_M, attn_v,   Q5_K, 0 1",
        "llama3.2-1b, Q3_K_M, ffn_down, Q5_K, 0",
        "llama3.2-1b, Q2_K_S, ffn_down, Q4_K, 0 1",
        "tinyllama-1.1b, Q4_K_M, ffn_down, Q6_K, 0 1 4 7 10 13 16 19 20 21",
    })
    void layersWithMoreBits(String variant, String mix, String kind, DType type, String layers) {
        List<Integer> expected =
                Arrays.stream(layers.split(" ")).map(Integer::valueOf).toList();

        assertEquals(
                expected,
                IntStream.range(0, config(variant).layers())
                        .filter(layer -> type(variant, mix, layer, kind) == type)
                        .boxed()
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "llama3.2-1b, Q2_K_S, attn_v,      Q4_K",
        "llama2-7b,   Q2_K_S, attn_v,      Q2_K",
        "llama3.2-1b, Q3_K_S, attn_v,      Q3_K",
        "llama3.2-1b, Q3_K_M, attn_v,      Q4_K",
        "llama3.2-1b, Q3_K_M, ffn_down,    Q4_K",
        "llama3.2-1b, Q3_K_M, attn_output, Q4_K",
        "llama3.2-1b, Q3_K_M, ffn_up,      Q3_K",
        "llama3.2-1b, Q3_K_L, attn_v,      Q5_K",
        "llama3.2-1b, Q3_K_L, ffn_down,    Q5_K",
        "llama3.2-1b, Q3_K_L, attn_output, Q5_K",
        "llama3.2-1b, Q4_K_M, attn_q,      Q4_K",
        "llama3.2-1b, Q4_K_M, attn_output, Q4_K",
        "llama3.2-1b, Q5_K_S, attn_v,      Q5_K",
        "llama3-70b,  Q3_K_S, attn_v,      Q5_K",
        "llama3-70b,  Q4_K_S, attn_v,      Q5_K",
        "llama3-70b,  Q4_K_S, ffn_down,    Q4_K",
        "llama1-65b,  Q4_K_S, attn_v,      Q4_K",
    })
    void ofAnOrdinaryLayer(String variant, String mix, String kind, DType type) {
        assertEquals(type, type(variant, mix, 11, kind));
    }

    @Test
    void theHeadHasSixBitsAndAnEmbeddingOnlyWhereItIsTheHead() {
        for (Mix mix : QUANTISED) {
            assertEquals(DType.Q6_K, mix.typeOf("output.weight", config("llama3.1-8b")));
            assertEquals(DType.Q6_K, mix.typeOf("token_embd.weight", config("llama3.2-1b")));
            assertTrue(mix.name()
                    .startsWith(mix.typeOf("token_embd.weight", config("llama3.1-8b"))
                            .name()));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "Q4_K, 512, Q4_K",
        "Q4_K, 288, Q5_0",
        "Q5_K, 288, Q5_1",
        "Q6_K, 288, Q8_0",
        "Q3_K, 288, Q4_0",
        "Q2_K, 288, Q4_0",
        "IQ4_XS, 288, IQ4_NL",
        "Q8_0, 288, Q8_0",
        "F16, 17, F16"
    })
    void rowsThatDoNotFillBlocksHaveSmallerOnes(DType type, long cols, DType expected) {
        assertEquals(expected, WeightTypes.fitting(type, cols));
    }

    @Test
    void aTypeIsThatOfAllMatricesThatItFits() {
        LlamaConfig config = config("stories260k");
        WeightTypes types = WeightTypes.named("Q4_0");

        assertEquals(DType.Q4_0, types.of("blk.0.attn_q.weight", new Shape(64, 64), config));
        assertEquals(DType.F16, types.of("blk.0.ffn_down.weight", new Shape(64, 172), config));
        assertEquals(DType.F32, types.of("output_norm.weight", Shape.vector(64), config));
    }

    @Test
    void namesAreTheTypesAndThenTheMixes() {
        assertEquals(
                Stream.concat(
                                existing().stream(),
                                Arrays.stream(Mix.values())
                                        .map(Mix::name)
                                        .filter(name -> !existing().contains(name)))
                        .collect(Collectors.toList()),
                WeightTypes.names());
        assertRefused("type: found Q9, expected one of [F32, F16", () -> WeightTypes.named("Q9"));
    }

    private static List<String> existing() {
        return Arrays.stream(DType.values()).map(DType::name).toList();
    }

    private static LlamaConfig config(String variant) {
        return LlamaVariant.byId(variant).config();
    }

    private static DType type(String variant, String mix, int layer, String kind) {
        return Mix.valueOf(mix).typeOf("blk." + layer + "." + kind + ".weight", config(variant));
    }

    private static void assertRefused(String message, Runnable action) {
        String found = String.valueOf(
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
        assertTrue(found.contains(message), found);
    }
}
