// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.huggingface.PeftWriter;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What GGUF adapters say, and what is refused of all. */
class AdaptersTest {
    private static final TestModel MODEL = TestModel.builder().layers(1).build();
    private static final TestModel MIXTURE =
            TestModel.builder().llama4(new MoeConfig(3, 1, 1, 32)).layers(1).build();

    @TempDir
    Path folder = Path.of("");

    @Test
    void bothFormatsSayTheSame() {
        for (TestModel model :
                List.of(MODEL, TestModel.builder().tied().headDim(24).build())) {
            TestAdapter adapter = TestAdapter.of(model, 4, 6, 1);
            try (StoredAdapter gguf = open(model, adapter.writeGguf(folder, "a.gguf"));
                    StoredAdapter peft = open(model, new PeftWriter(model, adapter, DType.F16).write(folder))) {
                assertEquals(adapter.pairs().keySet(), gguf.pairs().keySet());
                assertEquals(gguf.pairs().keySet(), peft.pairs().keySet());
                gguf.pairs()
                        .forEach((name, pair) -> assertSame(
                                name, pair, Objects.requireNonNull(peft.pairs().get(name))));
            }
        }
    }

    private static void assertSame(String name, LowRank expected, LowRank found) {
        assertEquals(expected.scale(), found.scale(), 1e-12);
        assertEquals(1.5, found.scale(), 1e-12);
        assertArrayEquals(values(expected.a()), values(found.a()), name);
        assertArrayEquals(values(expected.b()), values(found.b()), name);
    }

    private static float[][] values(CheckpointTensor tensor) {
        float[][] values =
                new float[(int) tensor.shape().rows()][(int) tensor.shape().cols()];
        for (int row = 0; row < values.length; row++) {
            tensor.decodeRow(row, values[row]);
        }
        return values;
    }

    @Test
    void everyTypeOfNumbersAndStackedExpertsAreRead() {
        TestAdapter adapter = TestAdapter.of(MIXTURE, 32, 1, 1);
        for (DType type : List.of(DType.F32, DType.F16, DType.BF16, DType.Q8_0, DType.Q4_0)) {
            try (StoredAdapter stored = open(MIXTURE, adapter.gguf(type).write(folder.resolve(type + ".gguf")))) {
                LowRank experts = Objects.requireNonNull(stored.pairs().get("blk.0.ffn_gate_exps.weight"));
                assertEquals(new Shape(3 * 32, 64), experts.a().shape());
                assertEquals(type, experts.a().type());
                assertEquals(new Shape(3 * 32, 32), experts.b().shape());
                assertEquals(32, experts.rank());
            }
        }
    }

    /** As llama.cpp has it. */
    @Test
    void withoutAlphaThereIsNoScale() {
        GgufWriter file = TestAdapter.of(MODEL, 4, 0, 1).gguf(DType.F32);
        for (GgufWriter each : List.of(file, file.remove("adapter.lora.alpha"))) {
            try (StoredAdapter stored = open(MODEL, each.write(folder.resolve("a.gguf")))) {
                assertEquals(1, stored.pairs().firstEntry().getValue().scale());
            }
        }
    }

    @Test
    void theScaleThatIsAskedForIsMultipliedIn() {
        Path file = TestAdapter.of(MODEL, 4, 2, 1).writeGguf(folder, "a.gguf");
        try (StoredAdapter stored = Adapters.open(new AdapterFile(file, -3), MODEL.config())) {
            assertEquals(-1.5, stored.pairs().firstEntry().getValue().scale());
            assertEquals(file, stored.path());
        }
    }

    @Test
    void refusesWhatIsNoAdapterOrNotOfThisModel() {
        refused("general.type: found", writer -> writer.string("general.type", "model"));
        refused("general.type: found no such key", writer -> writer.remove("general.type"));
        refused("adapter.type: found", writer -> writer.string("adapter.type", "control_vector"));
        refused("general.architecture: found", writer -> writer.string("general.architecture", "llama4"));
        refused("adapter.lora.alpha: found", writer -> writer.f32("adapter.lora.alpha", Float.NaN));
        refused("adapter.lora.alpha: found", writer -> writer.string("adapter.lora.alpha", "1"));
        refused(
                "adapter.alora.invocation_tokens: found",
                writer -> writer.array("adapter.alora.invocation_tokens", GgufWriter.U32, List.of(1)));
        String q = "blk.0.attn_q.weight";
        refused(q + ".lora_a: found no such tensor", writer -> writer.removeTensor(q + ".lora_a"));
        refused(q + ".lora_b: found no such tensor", writer -> writer.removeTensor(q + ".lora_b"));
        refused("blk.0.attn_norm.weight: found a tensor", writer -> tensor(writer, "blk.0.attn_norm.weight", 64));
        refused(q + ".lora_a: found shape [63, 4]", writer -> tensor(writer, q + ".lora_a", 4, 63));
        refused(q + ".lora_b: found shape [4, 63]", writer -> tensor(writer, q + ".lora_b", 63, 4));
        refused(q + ".lora_a: found shape [4, 64]", writer -> tensor(writer, q + ".lora_b", 5, 64));
        refused("blk.9.attn_q.weight.lora_a: found an adapter of", writer -> {
            tensor(writer, "blk.9.attn_q.weight.lora_a", 64, 4);
            return tensor(writer, "blk.9.attn_q.weight.lora_b", 4, 64);
        });
        refused(
                "blk.0.attn_norm.weight.lora_a: found an adapter of",
                writer -> tensor(
                        tensor(writer, "blk.0.attn_norm.weight.lora_a", 64, 4), "blk.0.attn_norm.weight.lora_b", 4, 1));
        refused("token_embd.weight.lora_a: found shape", writer -> tensor(writer, "token_embd.weight.lora_a", 3, 40));
        Path none = new GgufWriter()
                .string("general.architecture", "llama")
                .string("general.type", "adapter")
                .string("adapter.type", "lora")
                .write(folder.resolve("none.gguf"));
        assertTrue(Refusal.of(() -> open(MODEL, none)).contains("tensors: found none"));
    }

    private static GgufWriter tensor(GgufWriter writer, String name, int... ne) {
        long[] sizes = new long[ne.length];
        int count = 1;
        for (int i = 0; i < ne.length; i++) {
            sizes[i] = ne[i];
            count *= ne[i];
        }
        return writer.tensor(name, 0, sizes, new byte[Float.BYTES * count]);
    }

    private void refused(String message, UnaryOperator<GgufWriter> change) {
        Path file = change.apply(TestAdapter.of(MODEL, 4, 4, 1).gguf(DType.F32)).write(folder.resolve("bad.gguf"));
        String found = Refusal.of(() -> open(MODEL, file));
        assertTrue(found.startsWith(file + ": " + message), found);
    }

    @Test
    void refusesOtherFiles() throws IOException {
        Path text = Files.writeString(folder.resolve("a.txt"), "text");
        assertTrue(Refusal.of(() -> open(MODEL, text)).contains("format: found a file that begins"));
        assertTrue(Refusal.of(() -> open(MODEL, folder)).contains("format: found a folder"));
        assertTrue(Refusal.of(() -> open(MODEL, folder.resolve("none"))).contains("expected an adapter"));
        Path model = MODEL.writeGguf(folder);
        assertTrue(Refusal.of(() -> open(MODEL, model)).contains("general.type"));
        Path adapter = TestAdapter.of(MODEL, 4, 4, 1).writeGguf(folder, "a.gguf");
        assertTrue(Refusal.of(() -> Checkpoints.open(adapter)).contains("general.type: found"));
    }

    private static StoredAdapter open(TestModel model, Path file) {
        return Adapters.open(new AdapterFile(file, 1), model.config());
    }
}
