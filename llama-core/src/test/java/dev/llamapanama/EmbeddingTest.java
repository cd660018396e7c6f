// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.EmbeddingOptions.Pooling;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.decoder.ReferenceDecoder;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.EncodeOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings against states in double precision. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EmbeddingTest {
    /** More tokens than a step takes, and fewer than the context. */
    private static final String LONG = "once upon a time ".repeat(45);

    private static final List<String> TEXTS = List.of("once", LONG, "", "upon a time", "0123456789");

    private final TestModel model = TestModel.builder().contextLength(256).build();

    @AutoClose
    private final Llama llama;

    EmbeddingTest(@TempDir Path folder) {
        llama = Llama.open(
                model.writeGguf(folder), LlamaOptions.DEFAULT.withThreads(1).withKvType(DType.F32));
    }

    private double[] expected(String text, Pooling pooling, boolean normalised) {
        int[] ids = llama.tokenizer().encode(text, EncodeOptions.PROMPT);
        double[][] states = new ReferenceDecoder(model, DType.F32, DType.F32).states(ids);
        int from = pooling == Pooling.LAST ? ids.length - 1 : 0;
        double[] mean = IntStream.range(0, states[0].length)
                .mapToDouble(i -> IntStream.range(from, ids.length)
                        .mapToDouble(t -> states[t][i])
                        .average()
                        .orElseThrow())
                .toArray();
        double length = Math.sqrt(IntStream.range(0, mean.length)
                .mapToDouble(i -> mean[i] * mean[i])
                .sum());
        return IntStream.range(0, mean.length)
                .mapToDouble(i -> normalised ? mean[i] / length : mean[i])
                .toArray();
    }

    private static void assertNear(double[] expected, float[] found) {
        assertArrayEquals(
                expected,
                IntStream.range(0, found.length).mapToDouble(i -> found[i]).toArray(),
                2e-5);
    }

    @Test
    void vectorsAreThoseOfTheStates() {
        assertTrue(llama.tokenizer().count(LONG) > 128);
        for (Pooling pooling : Pooling.values()) {
            for (boolean normalised : new boolean[] {true, false}) {
                EmbeddingOptions options =
                        EmbeddingOptions.DEFAULT.withPooling(pooling).withNormalised(normalised);
                List<float[]> found = llama.embed(TEXTS, options);
                assertEquals(TEXTS.size(), found.size());
                for (int i = 0; i < found.size(); i++) {
                    assertNear(expected(TEXTS.get(i), pooling, normalised), found.get(i));
                }
            }
        }
        assertNear(expected("once", Pooling.MEAN, true), llama.embed("once"));
    }

    @Test
    void whatRunsBesideThemChangesNothing() {
        EmbeddingOptions last = EmbeddingOptions.DEFAULT.withPooling(Pooling.LAST);
        List<float[]> alone = TEXTS.stream()
                .map(text -> llama.embed(List.of(text), last).getFirst())
                .toList();
        List<float[]> together = llama.embed(TEXTS, last);
        for (int i = 0; i < alone.size(); i++) {
            assertArrayEquals(alone.get(i), together.get(i));
        }
    }

    @Test
    void textsThatAreTooLongAreRefused() {
        String message = String.valueOf(assertThrows(IllegalArgumentException.class, () -> llama.embed(LONG.repeat(3)))
                .getMessage());
        assertTrue(message.contains("expected 1 to 256"), message);
        assertEquals(List.of(), llama.embed(List.of(), EmbeddingOptions.DEFAULT));
    }
}
