// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.AttentionPattern;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.config.RopeConfig;
import dev.llamapanama.config.RopeScaling;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the metadata means, and what of it makes the model something else than a Llama. */
class GgufConfigTest {
    private static final List<String> REQUIRED = List.of(
            "context_length",
            "embedding_length",
            "block_count",
            "feed_forward_length",
            "attention.head_count",
            "attention.layer_norm_rms_epsilon");

    @TempDir
    Path folder = Path.of("");

    @Test
    void optionalKeysHaveTheDefaultsOfLlamaCpp() {
        GgufWriter writer = TestModel.builder().kvHeads(4).build().gguf();
        for (String name : List.of("attention.head_count_kv", "rope.dimension_count", "rope.freq_base", "vocab_size")) {
            writer.remove("llama." + name);
        }
        assertEquals(TestModel.builder().kvHeads(4).build().config(), config(writer));
    }

    @Test
    void perLayerArraysOfOneValueAreThatValue() {
        TestModel model = TestModel.builder().layers(3).build();
        GgufWriter writer = model.gguf()
                .array("llama.feed_forward_length", GgufWriter.I32, List.of(96, 96, 96))
                .array("llama.attention.head_count", GgufWriter.U32, List.of(4, 4, 4))
                .array("llama.attention.head_count_kv", GgufWriter.U64, List.of(2, 2, 2));
        assertEquals(model.config(), config(writer));
    }

    @Test
    void anyIntegerTypeWillDoForANumber() {
        TestModel model = TestModel.builder().build();
        for (int type : List.of(GgufWriter.U8, GgufWriter.I16, GgufWriter.I32, GgufWriter.U64, GgufWriter.I64)) {
            assertEquals(model.config(), config(model.gguf().value("llama.block_count", type, 2)));
        }
        assertEquals(model.config(), config(model.gguf().value("llama.rope.freq_base", GgufWriter.F64, 1e4)));
    }

    @Test
    void unknownKeysAreSkipped() {
        TestModel model = TestModel.builder().build();
        assertEquals(
                model.config(), config(model.gguf().u32("llama.some_new_key", 7).string("quantize.imatrix.file", "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "linear"})
    void scalingTypeSaysWhetherTheFactorCounts(String type) {
        GgufWriter writer = TestModel.builder()
                .build()
                .gguf()
                .string("llama.rope.scaling.type", type)
                .f32("llama.rope.scaling.factor", 8);
        assertEquals(type.equals("none") ? RopeScaling.NONE : new RopeScaling.Linear(8), scaling(writer));
    }

    @Test
    void theOldScaleAndTheUntypedFactorAreLinear() {
        TestModel model = TestModel.builder().build();
        assertEquals(new RopeScaling.Linear(4), scaling(model.gguf().f32("llama.rope.scale_linear", 4)));
        assertEquals(new RopeScaling.Linear(2), scaling(model.gguf().f32("llama.rope.scaling.factor", 2)));
        assertEquals(RopeScaling.NONE, scaling(model.gguf().f32("llama.rope.scaling.factor", 0)));
        assertEquals(RopeScaling.NONE, scaling(model.gguf().f32("llama.rope.scaling.factor", 1)));
    }

    @Test
    void divisorsAreHonouredWhateverTheMetadataSays() {
        TestModel model =
                TestModel.builder().ropeDivisors(1, 1, 2, 4, 8, 8, 8, 8).build();
        assertEquals(model.config(), config(model.gguf().string("llama.rope.scaling.type", "none")));
        GgufWriter both = model.gguf().f32("llama.rope.scaling.factor", 2);
        assertEquals(new RopeScaling.Divisors(List.of(2f, 2f, 4f, 8f, 16f, 16f, 16f, 16f)), scaling(both));
    }

    @Test
    void neutralValuesOfForeignParametersAreAccepted() {
        TestModel model = TestModel.builder().build();
        GgufWriter writer = model.gguf()
                .f32("llama.logit_scale", 1)
                .f32("llama.attention.scale", 0)
                .bool("llama.attention.causal", true)
                .bool("llama.use_parallel_residual", false)
                .u32("llama.attention.sliding_window", 128)
                .u32("llama.expert_count", 0)
                .string("general.type", "model")
                .value("split.count", GgufWriter.U16, 1);
        assertEquals(model.config(), config(writer));
    }

    @Test
    void llama4IsDescribedByItsOwnKeys() {
        TestModel model =
                TestModel.builder().llama4(new MoeConfig(4, 1, 2, 32)).layers(2).build();
        assertEquals(model.config(), config(model.gguf()));
        LlamaConfig full = config(model.gguf().u32("llama4.attention.sliding_window", 0));
        assertEquals(new AttentionPattern(0, 0, true, 0, 0), full.attention());
        TestModel maverick =
                TestModel.builder().llama4(new MoeConfig(128, 1, 1, 2)).build();
        assertEquals(
                new AttentionPattern(4, 8192, false, 8192, 0.1),
                config(maverick.gguf()).attention());
    }

    @TestFactory
    Stream<DynamicTest> missingKeys() {
        return REQUIRED.stream()
                .map(name -> "llama." + name)
                .map(key -> spoilt(key + ": found no such key", writer -> writer.remove(key)));
    }

    @TestFactory
    Stream<DynamicTest> keysOfAnotherType() {
        return REQUIRED.stream()
                .map(name -> "llama." + name)
                .map(key -> spoilt(key + ": found string \"2\"", writer -> writer.string(key, "2")));
    }

    @TestFactory
    Stream<DynamicTest> keysOutOfRange() {
        return Stream.of(
                spoilt("llama.block_count: found u32 0", writer -> writer.u32("llama.block_count", 0)),
                spoilt("llama.block_count: found u32 4294967295", writer -> writer.u32("llama.block_count", -1)),
                spoilt("llama.block_count: found i32 -1", w -> w.value("llama.block_count", GgufWriter.I32, -1)),
                spoilt(
                        "llama.block_count: found u64 18446744073709551615",
                        w -> w.value("llama.block_count", GgufWriter.U64, -1)),
                spoilt("blk.2.attn_norm.weight: found no such tensor", w -> w.u32("llama.block_count", 3)),
                spoilt("blk.1.attn_norm.weight: found a tensor", w -> w.u32("llama.block_count", 1)),
                spoilt("llama.embedding_length: found bool true", w -> w.bool("llama.embedding_length", true)),
                spoilt("llama.embedding_length: found array", w -> w.array("llama.embedding_length", 5, List.of(64))),
                spoilt("llama.attention.head_count: found u32 0", w -> w.u32("llama.attention.head_count", 0)),
                spoilt(
                        "llama.attention.head_count: found u32 6, expected a divisor",
                        w -> w.u32("llama.attention.head_count", 6).u32("llama.attention.head_count_kv", 6)),
                spoilt(
                        "llama.attention.head_count: found u32 64, expected an even",
                        w -> w.u32("llama.attention.head_count", 64)),
                spoilt("llama.attention.head_count_kv: found u32 3", w -> w.u32("llama.attention.head_count_kv", 3)),
                spoilt("llama.attention.head_count_kv: found u32 8", w -> w.u32("llama.attention.head_count_kv", 8)),
                spoilt("llama.attention.key_length: found u32 15", w -> w.u32("llama.attention.key_length", 15)),
                spoilt(
                        "attn_q.weight: found shape [64, 64]",
                        w -> w.u32("llama.attention.key_length", 32).remove("llama.rope.dimension_count")),
                spoilt("llama.attention.value_length: found u32 8", w -> w.u32("llama.attention.value_length", 8)),
                spoilt("llama.rope.dimension_count: found u32 8", w -> w.u32("llama.rope.dimension_count", 8)),
                spoilt("llama.vocab_size: found u32 5", w -> w.u32("llama.vocab_size", 5)),
                spoilt("ffn_gate.weight: found shape [96, 64]", w -> w.u32("llama.feed_forward_length", 97)),
                spoilt("layer_norm_rms_epsilon: found f32 0.0", w -> epsilon(w, 0)),
                spoilt("layer_norm_rms_epsilon: found f32 -1.0", w -> epsilon(w, -1)),
                spoilt("layer_norm_rms_epsilon: found f32 NaN", w -> epsilon(w, Double.NaN)),
                spoilt("llama.rope.freq_base: found f32 0.0", w -> w.f32("llama.rope.freq_base", 0)),
                spoilt("llama.rope.freq_base: found f32 Infinity", w -> w.f32("llama.rope.freq_base", 1.0 / 0)),
                spoilt("llama.rope.scaling.factor: found f32 -2.0", w -> w.f32("llama.rope.scaling.factor", -2)));
    }

    @Test
    void sizesThatAreOnlyTogetherTooLargeAreRefused() {
        GgufWriter writer = TestModel.builder()
                .build()
                .gguf()
                .u32("llama.block_count", 1 << 20)
                .u32("llama.embedding_length", 1 << 20)
                .u32("llama.feed_forward_length", 1 << 20)
                .remove("llama.rope.dimension_count");
        Path file = writer.write(folder.resolve("model.gguf"));
        String message = Refusal.of(() -> Checkpoints.open(file));
        assertTrue(message.contains("parameters: found about "), message);
    }

    @TestFactory
    Stream<DynamicTest> perLayerArrays() {
        String key = "llama.feed_forward_length";
        return Stream.of(
                spoilt(key + ": found array of 1 u32", w -> w.array(key, GgufWriter.U32, List.of(96))),
                spoilt(key + ": found array of 0 u32", w -> w.array(key, GgufWriter.U32, List.of())),
                spoilt(key + ": found array of 2 f32", w -> w.array(key, GgufWriter.F32, List.of(96, 96))),
                spoilt(key + ": found an array with 96 and 64", w -> w.array(key, GgufWriter.U32, List.of(96, 64))),
                spoilt(key + ": found an array with -1 and -1", w -> w.array(key, GgufWriter.I32, List.of(-1, -1))));
    }

    @TestFactory
    Stream<DynamicTest> otherModels() {
        return Stream.of(
                spoilt("general.architecture: found string \"qwen2\"", w -> w.string("general.architecture", "qwen2")),
                spoilt("general.architecture: found no such key", w -> w.remove("general.architecture")),
                spoilt("general.architecture: found u32 1", w -> w.u32("general.architecture", 1)),
                spoilt("general.type: found string \"adapter\"", w -> w.string("general.type", "adapter")),
                spoilt("split.no: found no such key", w -> w.value("split.count", GgufWriter.U16, 3)),
                spoilt("llama.expert_count: found u32 8", w -> w.u32("llama.expert_count", 8)),
                spoilt(
                        "llama.rope.scaling.type: found string \"yarn\"",
                        w -> w.string("llama.rope.scaling.type", "yarn")),
                spoilt("llama.attention.scale: found f32 0.5", w -> w.f32("llama.attention.scale", 0.5)),
                spoilt("llama.logit_scale: found f32 0.25", w -> w.f32("llama.logit_scale", 0.25)),
                spoilt("llama.attention.causal: found bool false", w -> w.bool("llama.attention.causal", false)),
                spoilt(
                        "llama.use_parallel_residual: found bool true",
                        w -> w.bool("llama.use_parallel_residual", true)),
                spoilt("sliding_window: found u32 64", w -> w.u32("llama.attention.sliding_window", 64)));
    }

    @TestFactory
    Stream<DynamicTest> tensors() {
        String query = "blk.1.attn_q";
        return Stream.of(
                spoilt(
                        query + ".bias: found a bias",
                        w -> w.tensor(query + ".bias", DType.F32, Shape.vector(64), new float[64])),
                spoilt(
                        "blk.0.attn_qkv.weight: found fused",
                        w -> w.removeTensor("blk.0.attn_q.weight")
                                .tensor("blk.0.attn_qkv.weight", DType.F32, new Shape(128, 64), new float[128 * 64])),
                spoilt("blk.0.ffn_gate_exps.weight: found an expert", w -> vector(w, "blk.0.ffn_gate_exps.weight", 8)),
                spoilt("blk.0.attn_q_norm.weight: found a tensor", w -> vector(w, "blk.0.attn_q_norm.weight", 16)),
                spoilt("blk.02.attn_q.weight: found a tensor", w -> vector(w, "blk.02.attn_q.weight", 16)),
                spoilt("vision.weight: found a tensor", w -> vector(w, "vision.weight", 16)),
                spoilt("token_embd.weight: found no such tensor", w -> w.removeTensor("token_embd.weight")),
                spoilt("output_norm.weight: found no such tensor", w -> w.removeTensor("output_norm.weight")),
                spoilt(query + ".weight: found no such tensor", w -> w.removeTensor(query + ".weight")),
                spoilt(
                        query + ".weight: found shape [1, 64], expected shape [64, 64]",
                        w -> vector(w, query + ".weight", 64)),
                spoilt("output.weight: found shape [1, 64]", w -> vector(w, "output.weight", 64)),
                spoilt("rope_freqs.weight: found F32 of shape [1, 7]", w -> vector(w, "rope_freqs.weight", 7)),
                spoilt("rope_freqs.weight: found 0.0", w -> vector(w, "rope_freqs.weight", 8)),
                spoilt(
                        "rope_freqs.weight: found F16 of shape [1, 8]",
                        w -> w.tensor("rope_freqs.weight", DType.F16, Shape.vector(8), new float[8])));
    }

    private static GgufWriter vector(GgufWriter writer, String name, int size) {
        return writer.tensor(name, DType.F32, Shape.vector(size), new float[size]);
    }

    private static GgufWriter epsilon(GgufWriter writer, double value) {
        return writer.f32("llama.attention.layer_norm_rms_epsilon", value);
    }

    private DynamicTest spoilt(String expected, UnaryOperator<GgufWriter> spoil) {
        return dynamicTest(expected, () -> {
            Path file = spoil.apply(TestModel.builder().build().gguf()).write(folder.resolve("model.gguf"));
            String message = Refusal.of(() -> Checkpoints.open(file));
            assertTrue(message.startsWith(file + ": "), message);
            assertTrue(message.contains(expected), message);
        });
    }

    private RopeScaling scaling(GgufWriter writer) {
        RopeConfig rope = config(writer).rope();
        assertEquals(1e4, rope.theta());
        return rope.scaling();
    }

    private LlamaConfig config(GgufWriter writer) {
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder.resolve("model.gguf")))) {
            return checkpoint.config();
        }
    }
}
