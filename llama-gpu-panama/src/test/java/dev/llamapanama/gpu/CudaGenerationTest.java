// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.GenerationStream;
import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.checkpoint.TestModel;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tokens picked of the largest logits that the device finds, or of all, are those that the CPU's logits lead to. */
class CudaGenerationTest {
    private static final int TOKENS = 10;
    private static final int[] PROMPT = {5, 9, 3};

    @TempDir
    Path folder = Path.of("");

    static Stream<GenerationOptions.Builder> options() {
        return Stream.of(
                GenerationOptions.builder().temperature(0),
                GenerationOptions.builder().temperature(1.2).topK(7).topP(1),
                GenerationOptions.builder().temperature(0.3).topP(0.5),
                GenerationOptions.builder().temperature(1).topP(1));
    }

    @ParameterizedTest
    @MethodSource("options")
    void picksWhatTheCpuPicks(GenerationOptions.Builder builder) {
        Path model = TestModel.builder().layers(1).build().writeGguf(folder);
        GenerationOptions options = builder.seed(11).maxTokens(TOKENS).build();
        assertArrayEquals(tokens(model, "cpu-scalar", options), tokens(model, "cuda", options));
    }

    private static int[] tokens(Path model, String backend, GenerationOptions options) {
        try (Llama llama = Llama.open(
                        model, LlamaOptions.DEFAULT.withBackend(backend).withContextLength(32));
                GenerationStream stream = llama.stream(PROMPT, options)) {
            return stream.result().tokens().stream().mapToInt(Integer::intValue).toArray();
        }
    }
}
