// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Files that other programs wrote, where the data folder that holds them stands beside the checkout. */
class PublishedModelsTest {
    private static final Path DATA = Path.of("..", "..", "shared", "data");

    @TestFactory
    Stream<DynamicTest> opensSupportedModels() {
        LlamaConfig stories = config(64, 5, 8, 4, 172, 512, 512, true);
        LlamaConfig untied = config(64, 5, 8, 4, 172, 512, 512, false);
        return Stream.of(
                        opens("models/stories260K/stories260K.bin", stories),
                        opens("models/stories260K/stories260K.F32.gguf", untied),
                        opens("models/stories260K/stories260K.F16.gguf", untied),
                        opens("models/stories260K/stories260K.BF16.gguf", untied),
                        opens("models/stories260K/stories260K.Q8_0.gguf", untied),
                        opens("models/stories260K/stories260K.Q4_0.gguf", untied),
                        opens("models/stories260K/stories260K.Q4_1.gguf", untied),
                        opens("models/stories260K/stories260K.Q5_0.gguf", untied),
                        opens("models/stories260K/stories260K.Q5_1.gguf", untied),
                        opens(
                                "models/llama-2-tiny-random/llama-2-tiny-random.gguf",
                                config(8, 1, 2, 2, 32, 32000, 4096, false)),
                        opens("models/babyllama-tok105/model5000.bin", config(128, 5, 8, 4, 352, 105, 256, true)))
                .flatMap(Function.identity());
    }

    private static Stream<DynamicTest> opens(String name, LlamaConfig expected) {
        return existing(Stream.of(name))
                .map(file -> dynamicTest(file, () -> {
                    try (Checkpoint checkpoint = Checkpoints.open(DATA.resolve(file))) {
                        assertEquals(expected, checkpoint.config());
                    }
                }));
    }

    private static LlamaConfig config(
            int dim, int layers, int heads, int kvHeads, int ffnDim, int vocab, int positions, boolean tied) {
        return new LlamaConfig(
                dim,
                layers,
                heads,
                kvHeads,
                dim / heads,
                ffnDim,
                vocab,
                positions,
                1e-5,
                new RopeConfig(1e4, RopeScaling.NONE),
                tied,
                AttentionPattern.FULL,
                null,
                0);
    }

    /** The GGUF file was made from the other one by a program that is not ours. */
    @TestFactory
    Stream<DynamicTest> bothFormatsOfStoriesHoldTheSameWeights() {
        return existing(Stream.of("models/stories260K/stories260K.bin"))
                .map(name -> dynamicTest(name, () -> {
                    try (Checkpoint llama2c = Checkpoints.open(DATA.resolve(name));
                            Checkpoint gguf =
                                    Checkpoints.open(DATA.resolve("models/stories260K/stories260K.F32.gguf"))) {
                        assertEquals(2 + 5 * 9, llama2c.tensors().size());
                        llama2c.tensors().values().forEach(tensor -> {
                            CheckpointTensor twin = gguf.tensors().get(tensor.name());
                            assertNotNull(twin, tensor.name());
                            assertEquals(tensor.shape(), twin.shape(), tensor.name());
                            assertEquals(-1, tensor.data().mismatch(twin.data()), tensor.name());
                        });
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> readsTokenizers() {
        return existing(Stream.of(
                        "models/llama-2-tiny-random/llama-2-tiny-random.gguf",
                        "tokenizers/ggml-vocab/ggml-vocab-llama-spm.gguf"))
                .map(name -> dynamicTest(name, () -> {
                    TokenizerDefinition tokenizer = Checkpoints.readTokenizer(DATA.resolve(name));
                    assertNotNull(tokenizer);
                    assertEquals(32000, tokenizer.pieces().size());
                    assertEquals("▁the", tokenizer.pieces().get(278));
                    assertEquals(-19f, tokenizer.scores().get(278));
                    assertEquals(TokenType.BYTE, tokenizer.types().get(3));
                    assertEquals(
                            new TokenizerDefinition.SpecialIds(1, 2, 0, -1, -1, -1, true, false), tokenizer.special());
                    assertFalse(tokenizer.whitespace().removeExtraWhitespaces());
                }));
    }

    private static Stream<String> existing(Stream<String> names) {
        return names.filter(name -> Files.exists(DATA.resolve(name)));
    }
}
