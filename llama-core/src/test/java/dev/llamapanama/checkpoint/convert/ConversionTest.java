// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.TestVocabulary;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionTest {
    @TempDir
    private Path folder;

    static Stream<TestModel> models() {
        return Stream.of(
                TestModel.builder().build(),
                TestModel.builder().tied().linearScaling(4).headDim(32).build(),
                TestModel.builder()
                        .ropeDivisors(1, 1, 2, 4, 8, 8, 8, 8)
                        .theta(5e5)
                        .build(),
                TestModel.builder().layers(4).llama4(null).build(),
                TestModel.builder().layers(4).llama4(new MoeConfig(4, 1, 2, 64)).build());
    }

    /** Weights, configuration and tokenizer are those of the model, bit for bit. */
    @ParameterizedTest
    @MethodSource("models")
    void aConversionToTheSameTypeLosesNothing(TestModel model) {
        try (Checkpoint original = Checkpoints.open(model.writeGguf(folder));
                Checkpoint copy = converted(Conversion.of(original).type("F32"))) {
            assertEquals(original.config(), copy.config());
            assertEquals(tokenizer(original).pieces(), tokenizer(copy).pieces());
            original.tensors().forEach((name, tensor) -> {
                assertEquals(tensor.shape(), tensor(copy, name).shape());
                assertEquals(-1, tensor.data().mismatch(tensor(copy, name).data()), name);
            });
            Map<String, Object> metadata = new LinkedHashMap<>(copy.metadata());
            assertEquals(0L, metadata.remove("general.file_type"));
            assertEquals(2L, metadata.remove("general.quantization_version"));
            assertEquals(original.metadata(), metadata);
        }
    }

    /** A model of another format says all that a reader of GGUF needs, its tokenizer lying beside it. */
    @ParameterizedTest
    @MethodSource("models")
    void aModelOfAnotherFormatIsTheSameModel(TestModel model) {
        GgufWriter file = model.gguf()
                .string("tokenizer.chat_template", "plain")
                .string("tokenizer.chat_template.rag", "with documents");
        try (Checkpoint gguf = Checkpoints.open(file.write(folder.resolve("model.gguf")));
                Checkpoint other = new Foreign(gguf);
                Checkpoint copy = converted(Conversion.of(other).type("F32"))) {
            assertEquals(gguf.config(), copy.config());
            assertTokenizer(tokenizer(gguf), tokenizer(copy));
            assertEquals(
                    Map.of("rag", "with documents"),
                    tokenizer(copy).particulars().chatTemplates());
            gguf.tensors()
                    .forEach((name, tensor) -> assertEquals(
                            -1, tensor.data().mismatch(tensor(copy, name).data()), name));
        }
    }

    @Test
    void descriptionsTakeThePlaceOfThoseThatWereThere() {
        TestModel model = TestModel.builder().build();
        try (Checkpoint original = Checkpoints.open(model.writeLlama2c(folder));
                Checkpoint copy = converted(Conversion.of(original)
                        .describe("general.name", "Llama of the test")
                        .describe("general.license.link", "https://example.org/licence")
                        .describe("tokenizer.chat_template", "{{ messages }}"))) {
            assertEquals("Llama of the test", copy.metadata().get("general.name"));
            assertEquals("https://example.org/licence", copy.metadata().get("general.license.link"));
            assertEquals("{{ messages }}", copy.metadata().get("tokenizer.chat_template"));
            assertEquals(original.config(), copy.config());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "general.architecture",
                "general.alignment",
                "llama.block_count",
                "tokenizer.ggml.model",
                "general.tags"
            })
    void whatDecidesHowAFileIsReadIsNoDescription(String key) {
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            Conversion conversion = Conversion.of(original);
            Exception refused = assertThrows(IllegalArgumentException.class, () -> conversion.describe(key, "x"));
            assertTrue(String.valueOf(refused.getMessage()).contains(key), key);
        }
    }

    @Test
    void llama2cBecomesGgufWithTheTokenizerBesideIt() {
        TestModel model = TestModel.builder().build();
        try (Checkpoint original = Checkpoints.open(model.writeLlama2c(folder));
                Checkpoint copy = converted(Conversion.of(original).type("F32"))) {
            assertEquals(original.config(), copy.config());
            assertEquals("model", copy.metadata().get("general.name"));
            assertTokenizer(ModelTokenizers.definitionOf(original), tokenizer(copy));
        }
    }

    private static void assertTokenizer(TokenizerDefinition expected, TokenizerDefinition found) {
        assertEquals(expected.pieces(), found.pieces());
        assertEquals(expected.types(), found.types());
        assertEquals(expected.scores(), found.scores());
        assertEquals(expected.special(), found.special());
        assertEquals(expected.whitespace(), found.whitespace());
        assertEquals(expected.chatTemplate(), found.chatTemplate());
        assertEquals(expected.particulars().chatTemplates(), found.particulars().chatTemplates());
    }

    @Test
    void everyFileTypeCanBeWritten() {
        TestModel model =
                TestModel.builder().dim(256).heads(4).ffnDim(256).layers(1).build();
        try (Checkpoint original = Checkpoints.open(model.writeGguf(folder))) {
            for (String name : WeightTypes.fileTypes()) {
                Conversion conversion = Conversion.of(original).type(name).replacing(true);
                ConversionReport report = conversion.write(folder.resolve("out.gguf"));
                assertTrue(report.relativeError() < 0.3, report::toString);
                assertEquals(folder.resolve("out.gguf").toFile().length(), report.bytes());
                try (Checkpoint copy = Checkpoints.open(report.file())) {
                    WeightTypes types = WeightTypes.ofFile(name);
                    copy.tensors()
                            .values()
                            .forEach(tensor -> assertEquals(
                                    types.of(tensor.name(), tensor.shape(), copy.config()), tensor.type()));
                    assertEquals(DType.F32, tensor(copy, "output_norm.weight").type());
                    assertEquals((long) Mix.valueOf(name).id(), copy.metadata().get("general.file_type"));
                }
            }
        }
    }

    @Test
    void anExistingFileStaysUnlessItIsToBeReplaced() throws IOException {
        Path target = Files.writeString(folder.resolve("out.gguf"), "mine");
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            assertThrows(
                    CheckpointException.class, () -> Conversion.of(original).write(target));
            assertEquals("mine", Files.readString(target));

            Conversion.of(original).replacing(true).write(target);
            Checkpoints.open(target).close();

            Conversion replacing = Conversion.of(original).replacing(true);
            assertThrows(CheckpointException.class, () -> replacing.write(original.path()));
        }
    }

    @Test
    void aFailureLeavesNothing() throws IOException {
        TestModel model = TestModel.builder().build();
        GgufWriter spoilt = model.gguf();
        float[] values = new float[64 * 96];
        values[77] = Float.NaN;
        spoilt.tensor("blk.1.ffn_down.weight", DType.F32, new Shape(64, 96), values);
        try (Checkpoint original = Checkpoints.open(spoilt.write(folder.resolve("model.gguf")))) {
            Conversion conversion = Conversion.of(original).type("Q8_0");
            CheckpointException refusal =
                    assertThrows(CheckpointException.class, () -> conversion.write(folder.resolve("out.gguf")));
            assertTrue(String.valueOf(refusal.getMessage()).contains("blk.1.ffn_down.weight"));
            assertThrows(
                    CheckpointException.class,
                    () -> conversion.write(folder.resolve("nowhere").resolve("out.gguf")));
        }
        assertEquals(
                List.of("model.gguf"),
                List.of(Objects.requireNonNull(folder.toFile().list())));
    }

    @Test
    void anInterruptionLeavesNothing() {
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            Conversion conversion = Conversion.of(original)
                    .type("Q4_0")
                    .progress((done, total) -> Thread.currentThread().interrupt());
            assertThrows(CheckpointException.class, () -> conversion.write(folder.resolve("out.gguf")));
        }
        assertTrue(Thread.interrupted());
        assertEquals(
                List.of("model.gguf"),
                List.of(Objects.requireNonNull(folder.toFile().list())));
    }

    @Test
    void progressGrowsToTheWhole() {
        List<Long> seen = new ArrayList<>();
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            long[] whole = {0};
            Conversion.of(original)
                    .progress((done, total) -> {
                        seen.add(done);
                        whole[0] = total;
                    })
                    .write(folder.resolve("out.gguf"));
            assertEquals(whole[0], seen.getLast());
        }
        assertArrayEquals(seen.stream().sorted().toArray(), seen.toArray());
    }

    @Test
    void missingTokensArePaddedAndTooManyAreRefused() {
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            TokenizerDefinition whole = ModelTokenizers.definitionOf(original);
            try (Checkpoint copy = converted(Conversion.of(original)
                    .tokenizer(resized(whole, whole.pieces().size() - 2)))) {
                int last = TestVocabulary.PIECES.size() - 1;
                assertEquals("[PAD" + last + "]", tokenizer(copy).pieces().get(last));
            }
            Conversion tooMany = Conversion.of(original)
                    .tokenizer(resized(whole, whole.pieces().size() + 1));
            assertThrows(CheckpointException.class, () -> tooMany.write(folder.resolve("more.gguf")));
        }
    }

    /** As {@code tokenizer.json} of Llama 2 states it; GGUF has scores only. */
    @Test
    void mergesOfSentencePieceBecomeScores() {
        try (Checkpoint original = Checkpoints.open(TestModel.builder().build().writeGguf(folder))) {
            TokenizerDefinition scored = ModelTokenizers.definitionOf(original);
            TokenizerDefinition merged = new TokenizerDefinition(
                    scored.source(),
                    scored.model(),
                    scored.preTokenizer(),
                    scored.pieces(),
                    scored.types(),
                    List.of(),
                    List.of("t h", "th e", "▁ t", "▁t h", "▁th e", "▁t he", "h e", "▁ a"),
                    scored.special(),
                    scored.whitespace(),
                    scored.chatTemplate());
            try (Checkpoint copy = converted(Conversion.of(original).tokenizer(merged))) {
                List<Float> scores = tokenizer(copy).scores();
                List<String> pieces = tokenizer(copy).pieces();
                assertEquals(pieces.size(), scores.size());
                assertEquals(0, scores.get(pieces.indexOf("t")));
                List<String> ranked = Stream.of("▁the", "▁t", "▁a")
                        .filter(pieces::contains)
                        .sorted(Comparator.comparingDouble(piece -> -scores.get(pieces.indexOf(piece))))
                        .toList();
                assertEquals(
                        List.of("▁t", "▁the", "▁a").stream()
                                .filter(pieces::contains)
                                .toList(),
                        ranked);
                assertTrue(ranked.size() > 1);
            }
        }
    }

    private static TokenizerDefinition resized(TokenizerDefinition whole, int size) {
        return new TokenizerDefinition(
                whole.source(),
                whole.model(),
                whole.preTokenizer(),
                resized(whole.pieces(), size),
                resized(whole.types(), size),
                resized(whole.scores(), size),
                whole.merges(),
                whole.special(),
                whole.whitespace(),
                whole.chatTemplate());
    }

    private static <T> List<T> resized(List<T> list, int size) {
        List<T> resized = new ArrayList<>(list);
        while (resized.size() < size) {
            resized.add(list.getLast());
        }
        return resized.subList(0, size);
    }

    private Checkpoint converted(Conversion conversion) {
        return Checkpoints.open(conversion.write(folder.resolve("out.gguf")).file());
    }

    private static CheckpointTensor tensor(Checkpoint checkpoint, String name) {
        return Objects.requireNonNull(checkpoint.tensors().get(name), name);
    }

    private static TokenizerDefinition tokenizer(Checkpoint checkpoint) {
        return Objects.requireNonNull(checkpoint.tokenizer());
    }
}
