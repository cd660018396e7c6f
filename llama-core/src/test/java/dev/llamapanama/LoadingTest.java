// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options that say how a model is held in memory change what it says not at all, or by a rounding. */
class LoadingTest {
    private static final int[] PROMPT = {1, 5, 9, 33, 7, 2, 60, 61, 62, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(names = {"F32", "Q8_0", "Q5_1", "Q4_K", "IQ4_NL"})
    void weightsThatStayAsStoredGiveTheSameBits(DType type) {
        TestModel.Builder model = TestModel.builder().type(type).layers(1);
        Path file = (type == DType.Q4_K ? model.dim(256).kvHeads(1).ffnDim(256) : model)
                .build()
                .writeGguf(folder);
        LlamaOptions stored = LlamaOptions.DEFAULT.withKeepStored(true);
        assertArrayEquals(logits(file, LlamaOptions.DEFAULT), logits(file, stored));
        assertEquals(tokens(file, LlamaOptions.DEFAULT), tokens(file, stored));
    }

    @Test
    void keysAndValuesAreRoundedOnlyIfWanted() {
        Path file = TestModel.builder().build().writeGguf(folder);
        float[] rounded = logits(file, LlamaOptions.DEFAULT);
        float[] exact = logits(file, LlamaOptions.DEFAULT.withKvType(DType.F32));
        assertArrayEquals(rounded, logits(file, LlamaOptions.DEFAULT.withKvType(DType.F16)));
        assertArrayEquals(exact, rounded, 0.01f);
        assertFalse(Arrays.equals(exact, rounded));
    }

    /** Twice the positions fit into the same memory. */
    @Test
    void roundedKeysAndValuesTakeHalfTheMemory() {
        Path file = TestModel.builder().layers(1).contextLength(1000).build().writeGguf(folder);
        long page = 2L * 2 * 16 * 16 * Short.BYTES;
        LlamaOptions options = LlamaOptions.DEFAULT.withKvCacheBytes(6 * page);
        try (Llama halves = Llama.open(file, options);
                Llama floats = Llama.open(file, options.withKvType(DType.F32))) {
            assertEquals(96, halves.diagnostics().contextLength());
            assertEquals(48, floats.diagnostics().contextLength());
        }
    }

    @Test
    void aListenerHearsUntilAllIsLoaded() {
        Path file = TestModel.builder().build().writeGguf(folder);
        List<Double> shares = new ArrayList<>();
        LlamaOptions options = LlamaOptions.DEFAULT.withProgress((done, total) -> shares.add((double) done / total));
        Llama.open(file, options).close();
        assertEquals(1, shares.getLast());
        assertEquals(shares.stream().sorted().toList(), shares);
    }

    @Test
    void theFailureOfAListenerReachesTheCaller() {
        Path file = TestModel.builder().type(DType.Q8_0).build().writeGguf(folder);
        UnsupportedOperationException failure = new UnsupportedOperationException("on purpose");
        LlamaOptions options = LlamaOptions.DEFAULT.withProgress((done, total) -> {
            throw failure;
        });
        assertEquals(
                failure,
                assertThrows(
                        UnsupportedOperationException.class,
                        () -> Llama.open(file, options).close()));
    }

    private static float[] logits(Path file, LlamaOptions options) {
        try (Llama llama = Llama.open(file, options.withThreads(2));
                Session session = llama.session()) {
            return session.feed(PROMPT);
        }
    }

    private static List<Integer> tokens(Path file, LlamaOptions options) {
        try (Llama llama = Llama.open(file, options.withThreads(2))) {
            GenerationOptions greedy =
                    GenerationOptions.builder().maxTokens(30).temperature(0).build();
            return llama.generate("once upon", greedy).tokens();
        }
    }
}
