// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.Session;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.WeightLayout;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import dev.llamapanama.tensor.TypeDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same models as GGUF files have, in another naming, order, and type. */
class HuggingFaceReaderTest {
    private static final MoeConfig EXPERTS = new MoeConfig(3, 1, 2, 40);

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F16", "BF16"})
    void readsWhatWasWritten(DType type) {
        TestModel model = TestModel.builder().headDim(24).linearScaling(4).build();
        try (Checkpoint checkpoint =
                Checkpoints.open(TestFolderWriter.llama(model, type).write(folder))) {
            assertEquals(model.config(), checkpoint.config());
            assertEquals("Hugging Face safetensors", checkpoint.format());
            assertEquals(Set.of(2), checkpoint.endTokens());
            assertEquals("llama", checkpoint.metadata().get("model_type"));
            assertWeights(model, type, checkpoint);
            WeightLayout.check(folder, checkpoint.config(), checkpoint.tensors());
        }
    }

    @Test
    void readsShards() {
        TestModel model = TestModel.builder().tied().build();
        TestFolderWriter.llama(model, DType.F32).writeSharded(folder);
        for (String name :
                List.of("", "config.json", "model.safetensors.index.json", "model-00002-of-00002.safetensors")) {
            try (Checkpoint checkpoint = Checkpoints.open(folder.resolve(name))) {
                assertEquals(model.config(), checkpoint.config());
                assertEquals("Hugging Face safetensors in shards", checkpoint.format());
                assertWeights(model, DType.F32, checkpoint);
            }
        }
    }

    @Test
    void opensFromAnyOfItsFiles() {
        TestFolderWriter.llama(TestModel.builder().build(), DType.F32).write(folder);
        for (String name : List.of("config.json", "model.safetensors")) {
            try (Checkpoint checkpoint = Checkpoints.open(folder.resolve(name))) {
                assertEquals(folder.resolve(name), checkpoint.path());
            }
        }
    }

    @Test
    void logitsAreThoseOfTheGgufFile() {
        TestModel model = TestModel.builder().build();
        TestFolderWriter.llama(model, DType.F32).write(folder);
        assertArrayEquals(logits(model.writeGguf(folder)), logits(folder));
    }

    private static float[] logits(Path path) {
        try (Llama llama = Llama.open(path);
                Session session = llama.session(8)) {
            return session.feed(1, 70, 280, 5);
        }
    }

    @Test
    void generatesUntilTheModelsOwnEndToken() {
        TestModel model = TestModel.builder().build();
        TestFolderWriter writer = TestFolderWriter.llama(model, DType.F32);
        model.writeLlama2c(folder);
        writer.write(folder);
        GenerationOptions options =
                GenerationOptions.builder().temperature(0).maxTokens(3).build();
        int next;
        try (Llama llama = Llama.open(folder)) {
            next = llama.generate("once", options).tokens().getFirst();
        }
        writer.generation.put("eos_token_id", "[2," + next + "]");
        writer.write(folder);
        try (Llama llama = Llama.open(folder);
                Checkpoint checkpoint = Checkpoints.open(folder)) {
            assertEquals(Set.of(2, next), checkpoint.endTokens());
            assertNotNull(checkpoint.metadata().get("generation_config.eos_token_id"));
            assertEquals(FinishReason.STOP, llama.generate("once", options).finishReason());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void transposesTheExpertsOfLlama4(DType type) {
        TestModel model = TestModel.builder().llama4(EXPERTS).layers(4).build();
        try (Checkpoint checkpoint =
                Checkpoints.open(TestFolderWriter.llama4(model, type).write(folder))) {
            assertEquals(model.config(), checkpoint.config());
            assertWeights(model, type, checkpoint);
        }
    }

    @Test
    void leavesOutTheCrossAttentionOfLlama32Vision() {
        TestModel model = TestModel.builder().layers(3).build();
        TestFolderWriter writer = TestFolderWriter.mllama(model, DType.F32, 1, 3);
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder))) {
            assertEquals(2, checkpoint.config().crossAttentionLayers());
            assertEquals(3, checkpoint.config().layers());
            assertEquals(model.config().vocabSize(), checkpoint.config().vocabSize());
            assertWeights(model, DType.F32, checkpoint);
            assertEquals(7, checkpoint.otherTensors().size());
            CheckpointTensor ofVision = checkpoint.otherTensors().get("vision_model.class_embedding");
            assertNotNull(ofVision);
            assertEquals(Shape.vector(2), ofVision.shape());
        }
    }

    @Test
    void aHeadThatIsTiedIsIgnored() {
        TestModel model = TestModel.builder().build();
        TestFolderWriter writer = TestFolderWriter.llama(model, DType.F32);
        writer.config.put("tie_word_embeddings", "true");
        writer.tensors.put(
                "model.layers.0.self_attn.rotary_emb.inv_freq",
                TestSafetensorsWriter.floats(DType.F32, new float[8], 8));
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder))) {
            assertTrue(checkpoint.config().tiedEmbeddings());
        }
        writer.config.put("tie_word_embeddings", "false");
        writer.tensors.remove("lm_head.weight");
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder))) {
            assertTrue(checkpoint.config().tiedEmbeddings());
        }
    }

    @Test
    void refusesTensorsThatWouldBeLeftOut() {
        for (String name : List.of(
                "model.layers.0.self_attn.q_proj.bias",
                "model.layers.2.mlp.up_proj.weight",
                "vision_model.class_embedding",
                "model.layers.0.self_attn.q_proj.weight_scale")) {
            TestFolderWriter writer = TestFolderWriter.llama(TestModel.builder().build(), DType.F32);
            writer.tensors.put(name, TestSafetensorsWriter.floats(DType.F32, new float[1], 1));
            writer.write(folder);
            String message = Refusal.of(() -> Checkpoints.open(folder));
            assertTrue(message.contains(name + ": found a tensor with this name"), message);
        }
    }

    @Test
    void refusesMissingTensorsAndOtherShapesAndTypes() {
        String name = "model.layers.1.self_attn.k_proj.weight";
        TestFolderWriter writer = TestFolderWriter.llama(TestModel.builder().build(), DType.F32);
        Map<String, TestSafetensorsWriter.Tensor> bad = Map.of(
                "shape [64, 32]", TestSafetensorsWriter.floats(DType.F32, new float[2048], 64, 32),
                "type F64", new TestSafetensorsWriter.Tensor("F64", List.of(32L, 64L), new byte[16384]),
                "type F8_E4M3", new TestSafetensorsWriter.Tensor("F8_E4M3", List.of(32L, 64L), new byte[2048]));
        bad.forEach((found, tensor) -> {
            writer.tensors.put(name, tensor);
            writer.write(folder);
            String message = Refusal.of(() -> Checkpoints.open(folder));
            assertTrue(message.contains(name + ": found " + found), message);
        });
        writer.tensors.remove(name);
        writer.write(folder);
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains(name + ": found no such tensor"), message);
    }

    static void assertWeights(TestModel model, DType type, Checkpoint checkpoint) {
        assertEquals(model.weights().keySet(), checkpoint.tensors().keySet());
        model.weights().forEach((name, values) -> {
            double[] expected = TypeDefinition.decode(type, TestEncoder.encode(type, values));
            CheckpointTensor tensor = checkpoint.tensors().get(name);
            assertNotNull(tensor, name);
            assertEquals(type, tensor.type(), name);
            float[] found = new float[values.length];
            int cols = (int) tensor.shape().cols();
            float[] row = new float[cols];
            for (int r = 0; r < tensor.shape().rows(); r++) {
                tensor.decodeRow(r, row);
                System.arraycopy(row, 0, found, r * cols, cols);
            }
            for (int i = 0; i < found.length; i++) {
                assertEquals((float) expected[i], found[i], name);
            }
        });
    }

    @Test
    void refusesAFolderWithoutWeights() throws IOException {
        TestFolderWriter.llama(TestModel.builder().build(), DType.F32).writeJson(folder);
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("model.safetensors: found no such file"), message);
        Files.delete(folder.resolve("config.json"));
        message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("found a folder"), message);
    }
}
