// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What users see: any model file, good or bad. */
class CheckpointsTest {
    @TempDir
    Path folder = Path.of("");

    static Stream<TestModel> models() {
        return Stream.of(
                TestModel.builder().build(),
                TestModel.builder().tied().layers(1).theta(5e5).build(),
                TestModel.builder().headDim(24).contextLength(131072).build(),
                TestModel.builder().ropeDivisors(1, 1, 1.5f, 8, 8, 8, 8, 8).build(),
                TestModel.builder().linearScaling(4).build(),
                TestModel.builder()
                        .heads(8)
                        .kvHeads(8)
                        .ffnDim(172)
                        .type(DType.Q8_0)
                        .build(),
                TestModel.builder().llama4(new MoeConfig(4, 1, 2, 32)).layers(4).build(),
                TestModel.builder().llama4(null).build());
    }

    @ParameterizedTest
    @MethodSource("models")
    void readsTheConfigurationThatWasWritten(TestModel model) {
        try (Checkpoint checkpoint = Checkpoints.open(model.writeGguf(folder))) {
            assertEquals(model.config(), checkpoint.config());
            assertEquals("GGUF v3", checkpoint.format());
            assertEquals(
                    List.copyOf(model.weights().keySet()),
                    List.copyOf(checkpoint.tensors().keySet()));
            assertEquals("test", checkpoint.metadata().get("general.name"));
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void readsTheWeightsThatWereWritten(DType type) {
        TestModel model =
                TestModel.builder().layers(1).dim(256).ffnDim(256).type(type).build();
        double tolerance = switch (type) {
            case F32, F64 -> 0;
            case I8, I16, I32, I64 -> 0.5;
            case F16 -> 1e-3;
            case BF16 -> 1e-2;
            case Q8_0, Q8_K -> 5e-3;
            case Q5_0, Q5_1, Q5_K, Q6_K -> 2e-2;
            case Q4_0, Q4_1, Q4_K, IQ4_NL, IQ4_XS -> 5e-2;
            case Q2_K, Q3_K -> 0.1;
            case MXFP4, NVFP4 -> 0.1;
            case IQ3_XXS, IQ3_S, IQ2_XXS, IQ2_XS, IQ2_S -> 0.2;
            case IQ1_S, IQ1_M, TQ1_0, TQ2_0, Q1_0, Q2_0 -> 0.5;
        };
        try (Checkpoint checkpoint = Checkpoints.open(model.writeGguf(folder))) {
            model.weights()
                    .forEach((name, values) ->
                            assertArrayEquals(values, decode(checkpoint, name), (float) tolerance, name));
        }
    }

    static Stream<TestModel> llama2cModels() {
        return Stream.of(
                TestModel.builder().build(),
                TestModel.builder().tied().layers(3).heads(8).contextLength(7).build());
    }

    @ParameterizedTest
    @MethodSource("llama2cModels")
    void llama2cAndGgufHoldTheSameModel(TestModel model) {
        try (Checkpoint gguf = Checkpoints.open(model.writeGguf(folder));
                Checkpoint llama2c = Checkpoints.open(model.writeLlama2c(folder))) {
            assertEquals("llama2.c v0", llama2c.format());
            assertEquals(gguf.config(), llama2c.config());
            assertEquals(gguf.tensors().keySet(), llama2c.tensors().keySet());
            gguf.tensors().keySet().forEach(name -> assertArrayEquals(decode(gguf, name), decode(llama2c, name), name));
            assertNull(llama2c.tokenizer());
        }
    }

    @Test
    void readsTheTokenizer() {
        try (Checkpoint checkpoint =
                Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            TokenizerDefinition tokenizer = checkpoint.tokenizer();
            assertNotNull(tokenizer);
            assertEquals(TestVocabulary.PIECES, tokenizer.pieces());
            assertEquals(new TokenizerDefinition.SpecialIds(1, 2, 0, -1, -1, -1, true, false), tokenizer.special());
            assertEquals(new TokenizerDefinition.Whitespace(true, false), tokenizer.whitespace());
            assertEquals(tokenizer, Checkpoints.readTokenizer(checkpoint.path()));
        }
    }

    @Test
    void theTestVocabularyIsOneThatTokenizersAccept() {
        TestModel model = TestModel.builder().build();
        TokenizerDefinition definition = Checkpoints.readTokenizer(model.writeGguf(folder));
        assertNotNull(definition);
        Tokenizer tokenizer = Tokenizers.of(definition);
        model.writeLlama2c(folder);
        Tokenizer twin = Tokenizers.open(folder.resolve("tokenizer.bin"));
        String text = "once upon a time, the llama said: 🦙!\n";
        int[] ids = tokenizer.encode(text);
        assertArrayEquals(ids, twin.encode(text));
        assertEquals(text, tokenizer.decode(ids));
        assertTrue(IntStream.of(ids).anyMatch(id -> id == TestVocabulary.PIECES.indexOf("▁the")), "merges");
    }

    @Test
    void namesTheFormatsAndTheFirstBytesOfAnUnknownFile() throws IOException {
        Path file = Files.writeString(
                folder.resolve("model.txt"), "PK\u0003\u0004 nonsense that goes on for a while, long enough");
        String message = Refusal.of(() -> Checkpoints.open(file));
        assertTrue(message.startsWith(file + ": format: found a file that begins 50 4b 03 04 "), message);
        assertTrue(message.contains("GGUF v2 and v3"), message);
        assertTrue(message.contains("llama2.c v0 to v2"), message);
    }

    @Test
    void refusesWhatIsNoFile() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.gguf"));
        for (Path path : List.of(empty, folder, folder.resolve("missing.gguf"))) {
            assertThrows(CheckpointException.class, () -> Checkpoints.open(path));
            assertThrows(CheckpointException.class, () -> Checkpoints.readTokenizer(path));
        }
    }

    private static float[] decode(Checkpoint checkpoint, String name) {
        CheckpointTensor tensor = checkpoint.tensors().get(name);
        assertNotNull(tensor, name);
        float[] values = new float[(int) tensor.shape().elements()];
        tensor.type().decode(tensor.data(), 0, values, 0, values.length);
        return values;
    }
}
