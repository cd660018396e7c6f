// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tokenizers.Tokenizer;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetaReaderTest {
    @TempDir
    Path folder = Path.of("");

    /** The vocabulary of test models can be shared out by 5 only; those with a tied head by others, by columns. */
    static Stream<Arguments> models() {
        TestModel small = TestModel.builder().build();
        TestModel tied = TestModel.builder().tied().build();
        TestModel fives =
                TestModel.builder().dim(120).heads(10).kvHeads(5).ffnDim(160).build();
        return Stream.of(
                Arguments.of(small, new MetaWriter(small, DType.F32, 1), DType.F32),
                Arguments.of(small, new MetaWriter(small, DType.F16, 1), DType.F16),
                Arguments.of(small, new MetaWriter(small, DType.BF16, 1).prefix("text_model."), DType.BF16),
                Arguments.of(tied, new MetaWriter(tied, DType.BF16, 2).embeddingByColumns(), DType.BF16),
                Arguments.of(
                        tied,
                        new MetaWriter(tied, DType.F32, 4).embeddingByColumns().kvTwice(),
                        DType.F32),
                Arguments.of(fives, new MetaWriter(fives, DType.BF16, 5), DType.BF16),
                Arguments.of(fives, new MetaWriter(fives, DType.F16, 5).embeddingByColumns(), DType.F16));
    }

    @ParameterizedTest
    @MethodSource("models")
    void joinsTheWeightsThatWereSharedOut(TestModel model, MetaWriter writer, DType type) {
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder))) {
            assertEquals(
                    model.config(),
                    checkpoint.config().toBuilder()
                            .contextLength(model.config().contextLength())
                            .build());
            assertEquals(
                    model.weights().keySet(), Set.copyOf(checkpoint.tensors().keySet()));
            model.weights().forEach((name, values) -> {
                CheckpointTensor tensor = tensor(checkpoint, name);
                assertEquals(type, tensor.type());
                assertArrayEquals(
                        TestEncoder.encode(type, values), tensor.data().toArray(ValueLayout.JAVA_BYTE), name);
            });
        }
    }

    @Test
    void holdsTheSameModelAsGguf() throws IOException {
        TestModel model = TestModel.builder().build();
        Path meta = new MetaWriter(model, DType.F32, 1).write(Files.createDirectory(folder.resolve("meta")));
        try (Checkpoint gguf = Checkpoints.open(model.writeGguf(folder));
                Checkpoint checkpoint = Checkpoints.open(meta.resolve("consolidated.00.pth"))) {
            gguf.tensors().forEach((name, twin) -> {
                assertEquals(twin.shape(), tensor(checkpoint, name).shape(), name);
                assertEquals(-1, twin.data().mismatch(tensor(checkpoint, name).data()), name);
            });
        }
    }

    @Test
    void findsTheTokenizerInTheFolder() {
        TestModel model = TestModel.builder().build();
        var _ = model.writeLlama2c(folder);
        new MetaWriter(model, DType.BF16, 1).write(folder);
        Tokenizer tokenizer = ModelTokenizers.ofModel(folder);
        assertEquals("once upon", tokenizer.decode(tokenizer.encode("once upon")));
        assertArrayEquals(
                tokenizer.encode("a time"),
                ModelTokenizers.ofModel(folder.resolve("params.json")).encode("a time"));
    }

    @Test
    void keepsWhatTextDoesNotNeedApart() throws IOException {
        TestModel model = TestModel.builder().build();
        MetaWriter writer = new MetaWriter(model, DType.BF16, 1);
        TorchWriter shard = writer.shard(0)
                .addStream("layers.0.attention.wqkv._extra_state")
                .add("layers.0.attention.inner_attention.rope.freqs", DType.F32, new byte[32], 8)
                .add("vision_model.vision_encoder.class_embedding", DType.F32, new byte[32], 8)
                .add("vision_model.vision_encoder.gated_positional_embedding", DType.F16, new byte[48], 2, 3, 4)
                .add("text_model.cross_attention_layers.0.attention.wq.weight", DType.F32, new byte[32], 2, 4)
                .add("text_model.learnable_embedding.weight", DType.F32, new byte[32], 2, 4);
        writer.write(folder);
        Files.write(folder.resolve("consolidated.00.pth"), shard.bytes());
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertEquals(
                    model.weights().keySet(), Set.copyOf(checkpoint.tensors().keySet()));
            assertEquals(
                    Map.of(
                            "vision_model.vision_encoder.class_embedding", Shape.vector(8),
                            "vision_model.vision_encoder.gated_positional_embedding", new Shape(2, 12),
                            "text_model.cross_attention_layers.0.attention.wq.weight", new Shape(2, 4),
                            "text_model.learnable_embedding.weight", new Shape(2, 4)),
                    checkpoint.otherTensors().values().stream()
                            .collect(Collectors.toMap(CheckpointTensor::name, CheckpointTensor::shape)));
        }
    }

    @Test
    void keepsWhatIsForImagesShardByShard() throws IOException {
        TestModel model = TestModel.builder().build();
        MetaWriter writer = new MetaWriter(model, DType.F32, 2);
        writer.write(folder);
        for (int i = 0; i < 2; i++) {
            TorchWriter shard =
                    writer.shard(i).add("vision_encoder.fc.weight", DType.F32, new byte[] {0, 0, 0, (byte) i}, 1);
            Files.write(folder.resolve("consolidated.0" + i + ".pth"), shard.bytes());
        }
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertEquals(
                    List.of(
                            "consolidated.00.pth:vision_encoder.fc.weight",
                            "consolidated.01.pth:vision_encoder.fc.weight"),
                    List.copyOf(checkpoint.otherTensors().keySet()));
            checkpoint.otherTensors().forEach((name, tensor) -> {
                assertEquals(name, tensor.name());
                assertEquals(name.charAt(14) - '0', tensor.data().get(ValueLayout.JAVA_BYTE, 3));
            });
        }
    }

    @Test
    void refusesShardsThatDoNotMakeAModel() throws IOException {
        TestModel model =
                TestModel.builder().dim(120).heads(10).kvHeads(5).ffnDim(160).build();
        new MetaWriter(model, DType.F16, 5).write(folder);
        Path last = folder.resolve("consolidated.04.pth");
        Path second = folder.resolve("consolidated.01.pth");
        byte[] good = Files.readAllBytes(second);
        Files.write(folder.resolve("consolidated.05.pth"), good);
        assertTrue(message().contains("shards: found 6 with 24 columns of wo"), message());
        Files.delete(folder.resolve("consolidated.05.pth"));
        Files.delete(second);
        assertTrue(message().contains("consolidated.01.pth: found no such file"), message());
        Files.write(second, good);
        Files.delete(last);
        assertTrue(message().contains("shards: found 4 with 24 columns of wo"), message());
        Files.write(last, new MetaWriter(model, DType.BF16, 5).shard(4).bytes());
        assertTrue(message().contains("found BF16 of shape"), message());
        Files.write(last, new MetaWriter(model, DType.F16, 1).shard(0).bytes());
        assertTrue(message().contains("as in the first shard"), message());
        Files.write(last, new TorchWriter().bytes());
        assertTrue(message().contains("found no such tensor, expected one, as in the first shard"), message());
        Files.write(
                last,
                new MetaWriter(model, DType.F16, 5)
                        .shard(4)
                        .add("more", DType.F16, new byte[2], 1)
                        .bytes());
        assertTrue(message().contains("more: found a tensor with this name"), message());
    }

    @Test
    void refusesWhatIsNoWeightOfALlama() throws IOException {
        MetaWriter writer = new MetaWriter(TestModel.builder().build(), DType.F32, 1);
        writer.write(folder);
        Path shard = folder.resolve("consolidated.00.pth");
        Files.write(
                shard,
                writer.shard(0)
                        .add("layers.0.attention.wq.bias", DType.F32, new byte[256], 64)
                        .bytes());
        assertTrue(message().contains("layers.0.attention.wq.bias: found a tensor"), message());
        Files.write(
                shard,
                writer.shard(0)
                        .add("layers.7.ffn_norm.weight", DType.F32, new byte[256], 64)
                        .bytes());
        assertTrue(message().contains("blk.7.ffn_norm.weight: found a tensor"), message());
        Files.write(
                shard,
                writer.shard(0)
                        .add("layers.00.ffn_norm.weight", DType.F32, new byte[256], 64)
                        .bytes());
        assertTrue(message().contains("two weights that are blk.0.ffn_norm.weight"), message());
        Files.delete(shard);
        assertTrue(message().contains("consolidated.00.pth: found no such file"), message());
    }

    private String message() {
        return Refusal.of(() -> Checkpoints.open(folder));
    }

    private static CheckpointTensor tensor(Checkpoint checkpoint, String name) {
        CheckpointTensor tensor = checkpoint.tensors().get(name);
        assertNotNull(tensor, name);
        return tensor;
    }
}
