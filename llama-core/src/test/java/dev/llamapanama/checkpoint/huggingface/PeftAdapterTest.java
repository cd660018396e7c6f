// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Adapters;
import dev.llamapanama.checkpoint.LowRank;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.StoredAdapter;
import dev.llamapanama.checkpoint.TestAdapter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What adapter_config.json means, and what is refused of it. */
class PeftAdapterTest {
    private static final TestModel MODEL = TestModel.builder().build();
    private static final String Q = "base_model.model.model.layers.0.self_attn.q_proj";

    @TempDir
    Path folder = Path.of("");

    private static PeftWriter writer(TestModel model, String... names) {
        return new PeftWriter(model, TestAdapter.of(model, 4, 6, 1, names), DType.F32);
    }

    private static StoredAdapter open(TestModel model, Path path) {
        return Adapters.open(new AdapterFile(path, 1), model.config());
    }

    private double scale(PeftWriter writer, String name) {
        try (StoredAdapter adapter = open(MODEL, writer.write(folder))) {
            return Objects.requireNonNull(adapter.pairs().get(name)).scale();
        }
    }

    @Test
    void opensByFolderAndByEitherFile() {
        writer(MODEL).write(folder);
        for (Path path :
                new Path[] {folder, folder.resolve("adapter_config.json"), folder.resolve("adapter_model.safetensors")
                }) {
            try (StoredAdapter adapter = open(MODEL, path)) {
                assertEquals(path, adapter.path());
                assertEquals(
                        StoredAdapter.weights(MODEL.config()).keySet(),
                        adapter.pairs().keySet());
            }
        }
    }

    @Test
    void scalesByRankOrItsRoot() {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        assertEquals(6 / 4.0, scale(writer, "blk.0.attn_q.weight"));
        writer.config.put("use_rslora", "true");
        assertEquals(6 / 2.0, scale(writer, "blk.0.attn_q.weight"));
        writer.config.remove("lora_alpha");
        assertEquals(8 / 2.0, scale(writer, "blk.0.attn_q.weight"));
    }

    /** The first that matches counts; each has to match to the end, from a dot or the beginning on. */
    @ParameterizedTest
    @CsvSource({
        "q_proj,12",
        "proj,6",
        "self_attn.q_proj,12",
        "layers.0.self_attn.q_proj,12",
        "model.layers.0.self_attn.q_proj,12",
        "layers.1.self_attn.q_proj,6",
        "layers.*.q_proj,12",
        "^model.*q_proj,12",
        "^layers.*q_proj,6",
        "k_proj|q_proj,12",
        "layers\\\\.[0-3]\\\\.self_attn\\\\..*,12",
        "q_proj.,6"
    })
    void alphasByPattern(String pattern, double alpha) {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        writer.config.put("alpha_pattern", "{\"" + pattern + "\":12,\".*q_proj\":6}");
        assertEquals(alpha / 4, scale(writer, "blk.0.attn_q.weight"));
    }

    @Test
    void ranksByPattern() {
        TestAdapter wide = TestAdapter.of(MODEL, 8, 6, 2, "blk.1.attn_v.weight");
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        writer.tensors.putAll(new PeftWriter(MODEL, wide, DType.F32).tensors);
        assertRefused(writer, "r: found 4");
        writer.config.put("rank_pattern", "{\"layers.1.self_attn.v_proj\":8}");
        assertEquals(6 / 8.0, scale(writer, "blk.1.attn_v.weight"));
        assertEquals(6 / 4.0, scale(writer, "blk.1.attn_q.weight"));
        writer.config.put("rank_pattern", "{\"v_proj\":7}");
        assertRefused(writer, "rank_pattern: found");
    }

    private void assertRefused(PeftWriter writer, String message) {
        writer.write(folder);
        String found = Refusal.of(() -> open(MODEL, folder));
        assertTrue(found.startsWith(folder.toString()) && found.contains(": " + message), found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "peft_type=null",
                "peft_type=\"IA3\"",
                "peft_type=\"ADALORA\"",
                "bias=\"all\"",
                "bias=\"lora_only\"",
                "use_dora=true",
                "lora_bias=true",
                "modules_to_save=[\"lm_head\"]",
                "trainable_token_indices=[1]",
                "target_parameters=[\"experts.down_proj\"]",
                "layer_replication=[[0,1]]",
                "alora_invocation_tokens=[1,2]",
                "use_qalora=true",
                "use_bdlora={\"x\":1}",
                "kasa_config={\"x\":1}",
                "init_lora_weights=\"pissa_niter_4\"",
                "init_lora_weights=\"loftq\"",
                "init_lora_weights=\"olora\"",
                "r=5",
                "r=0",
                "r=1.5",
                "lora_alpha=\"6\"",
                "use_rslora=1",
                "rank_pattern=[]",
                "alpha_pattern=3"
            })
    void refusesWhatItCannotHonourByName(String field) {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        String[] parts = field.split("=", 2);
        writer.config.put(parts[0], parts[1]);
        assertRefused(writer, parts[0] + ": found ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "modules_to_save=[]",
                "lora_bias=null",
                "init_lora_weights=\"gaussian\"",
                "init_lora_weights=false",
                "fan_in_fan_out=true",
                "bias=null",
                "megatron_config=null",
                "something_new=7"
            })
    void acceptsWhatChangesNothing(String field) {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        String[] parts = field.split("=", 2);
        writer.config.put(parts[0], parts[1]);
        assertEquals(1.5, scale(writer, "blk.0.attn_q.weight"));
    }

    @Test
    @Timeout(20)
    void hostilePatternsAreRefusedInAMoment() {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        for (String pattern : new String[] {".*".repeat(20) + "y", "(", "x".repeat(300), "(".repeat(199)}) {
            writer.config.put("alpha_pattern", "{\"" + pattern + "\":1}");
            assertRefused(writer, "alpha_pattern.");
        }
    }

    @Test
    void refusesTensorsThatDontFit() {
        refused(Q + ".lora_A.weight: found it alone", tensors -> tensors.tensors.remove(Q + ".lora_B.weight"));
        refused(Q + ".lora_B.weight: found it alone", tensors -> tensors.tensors.remove(Q + ".lora_A.weight"));
        refused(Q + ".lora_A.weight: found shape [4, 63]", tensors -> put(tensors, Q + ".lora_A.weight", 4, 63));
        refused(Q + ".lora_B.weight: found shape [64, 5]", tensors -> put(tensors, Q + ".lora_B.weight", 64, 5));
        refused(Q + ".lora_A.weight: found shape [256]", tensors -> put(tensors, Q + ".lora_A.weight", 256));
        refused(Q + ".lora_A.weight: found shape [0, 64]", tensors -> put(tensors, Q + ".lora_A.weight", 0, 64));
        String norm = "base_model.model.model.layers.0.input_layernorm.weight";
        refused(norm + ": found a tensor", tensors -> put(tensors, norm, 64));
        String magnitude = Q + ".lora_magnitude_vector";
        refused(magnitude + ": found a tensor", tensors -> put(tensors, magnitude, 64));
        String late = Q.replace("layers.0", "layers.2") + ".lora_A.weight";
        refused(late + ": found a tensor", tensors -> put(tensors, late, 4, 64));
        String head = "base_model.model.lm_head.base_layer.weight";
        refused(head + ": found shape", tensors -> put(tensors, head, 41, 64));
        refused(Q + ".lora_A.weight: found type I8", tensors -> {
            TestSafetensorsWriter.Tensor old = Objects.requireNonNull(tensors.tensors.get(Q + ".lora_A.weight"));
            tensors.tensors.put(
                    Q + ".lora_A.weight", new TestSafetensorsWriter.Tensor("I8", old.shape(), new byte[4 * 64]));
        });
        PeftWriter empty = writer(MODEL, "attn_q.weight");
        empty.tensors.clear();
        assertRefused(empty, "tensors: found none");
    }

    private void refused(String message, Consumer<PeftWriter> change) {
        PeftWriter writer = writer(MODEL, "attn_q.weight");
        change.accept(writer);
        assertRefused(writer, message);
    }

    private static void put(PeftWriter writer, String name, long... shape) {
        int count = 1;
        for (long size : shape) {
            count *= (int) size;
        }
        writer.tensors.put(name, TestSafetensorsWriter.floats(DType.F32, new float[count], shape));
    }

    @Test
    void aCopyOfTheTableBesideItsAdapterIsPassedOver() {
        PeftWriter writer = writer(MODEL, "token_embd.weight", "output.weight");
        int vocab = MODEL.config().vocabSize();
        put(writer, "base_model.model.model.embed_tokens.base_layer.weight", vocab, 64);
        put(writer, "base_model.model.lm_head.base_layer.weight", vocab, 64);
        try (StoredAdapter adapter = open(MODEL, writer.write(folder))) {
            assertEquals(2, adapter.pairs().size());
        }
    }

    @Test
    void llama4KeepsItsOrderAndItsEncoderIsPassedOver() {
        TestModel model = TestModel.builder().llama4(new MoeConfig(3, 1, 2, 32)).build();
        PeftWriter writer = writer(
                model, "attn_q.weight", "ffn_gate_inp.weight", "ffn_up_shexp.weight", "ffn_up.weight", "output.weight");
        put(writer, "base_model.model.vision_model.layers.0.fc1.lora_A.weight", 4, 8);
        TestSafetensorsWriter.Tensor b = Objects.requireNonNull(
                writer.tensors.get("base_model.model.language_model.model.layers.0.self_attn.q_proj.lora_B.weight"));
        try (StoredAdapter adapter = open(model, writer.write(folder))) {
            LowRank pair = adapter.pairs().get("blk.0.attn_q.weight");
            assertNotNull(pair);
            assertEquals(-1, pair.b().data().mismatch(MemorySegment.ofArray(b.data())));
            assertEquals(2 + 1 + 1 + 1 + 1, adapter.pairs().size());
        }
    }

    @Test
    void refusesModelsWithCrossAttentionAndMissingFiles() throws IOException {
        TestModel cross = TestModel.builder().crossAttentionLayers(1).build();
        writer(MODEL).write(folder);
        assertTrue(Refusal.of(() -> open(cross, folder)).contains("cross-attention"));
        Files.delete(folder.resolve("adapter_model.safetensors"));
        assertTrue(Refusal.of(() -> open(MODEL, folder)).contains("adapter_model.safetensors: found no such file"));
    }
}
