// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Float8Test {
    private static final String FBGEMM = "{\"quant_method\":\"fbgemm_fp8\",\"activation_scale_ub\":1200.0}";
    private static final String COMPRESSED = "{\"quant_method\":\"compressed-tensors\",\"format\":\"float-quantized\"}";

    @TempDir
    Path folder = Path.of("");

    /** The table of the OCP 8-bit floating point specification. */
    @ParameterizedTest
    @CsvSource({
        "0x00, 0",
        "0x01, 0.001953125",
        "0x07, 0.013671875",
        "0x08, 0.015625",
        "0x38, 1",
        "0x3C, 1.5",
        "0x40, 2",
        "0x7E, 448",
        "0xB8, -1",
        "0xFE, -448"
    })
    void bytesAreNumbers(String bits, float value) {
        assertEquals(value, Float8.value(Integer.decode(bits).byteValue()));
    }

    @Test
    void allBitsSetIsNoNumber() {
        assertTrue(Float.isNaN(Float8.value((byte) 0x7F)) && Float.isNaN(Float8.value((byte) 0xFF)));
        assertTrue(Float.isNaN(Float.intBitsToFloat(Float8.bf16(Float.NaN) << 16)));
    }

    @ParameterizedTest
    @ValueSource(strings = {FBGEMM, COMPRESSED})
    void matricesHaveAScaleForEveryRow(String scheme) {
        String name = "model.layers.1.self_attn.k_proj.weight";
        byte[] bytes = bytes(32 * 64);
        float[] scales = scales(32);
        write(
                scheme,
                Map.of(
                        name,
                        new TestSafetensorsWriter.Tensor("F8_E4M3", List.of(32L, 64L), bytes),
                        name + "_scale",
                        TestSafetensorsWriter.floats(DType.F32, scales, 32, 1),
                        "model.layers.1.self_attn.k_proj.input_scale",
                        TestSafetensorsWriter.floats(DType.F32, new float[1])));
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            CheckpointTensor tensor = checkpoint.tensors().get("blk.1.attn_k.weight");
            assertNotNull(tensor);
            float[] row = new float[64];
            for (int r = 0; r < 32; r++) {
                tensor.decodeRow(r, row);
                int stored = r / 16 * 16 + r % 2 * 8 + r % 16 / 2;
                assertRow(row, bytes, 64 * stored, 1, scales[stored]);
            }
        }
    }

    @Test
    void aMatrixMayHaveOneScale() {
        String name = "model.layers.0.mlp.up_proj.weight";
        byte[] bytes = bytes(96 * 64);
        write(
                COMPRESSED,
                Map.of(
                        name,
                        new TestSafetensorsWriter.Tensor("F8_E4M3", List.of(96L, 64L), bytes),
                        name + "_scale",
                        TestSafetensorsWriter.floats(DType.BF16, new float[] {0.5f})));
        try (Checkpoint checkpoint = Checkpoints.open(folder)) {
            CheckpointTensor tensor = checkpoint.tensors().get("blk.0.ffn_up.weight");
            assertNotNull(tensor);
            float[] row = new float[64];
            tensor.decodeRow(95, row);
            assertRow(row, bytes, 95 * 64, 1, 0.5f);
        }
    }

    @Test
    void expertsHaveAScaleForEveryOutput() {
        int width = 40;
        TestModel model = TestModel.builder()
                .llama4(new MoeConfig(3, 1, 1, width))
                .layers(1)
                .build();
        TestFolderWriter writer = TestFolderWriter.llama4(model, DType.BF16);
        writer.config.put("quantization_config", FBGEMM);
        String name = "language_model.model.layers.0.feed_forward.experts.gate_up_proj";
        byte[] bytes = bytes(3 * 64 * 2 * width);
        float[] scales = scales(3 * 2 * width);
        writer.tensors.put(name, new TestSafetensorsWriter.Tensor("F8_E4M3", List.of(3L, 64L, 2L * width), bytes));
        writer.tensors.put(name + "_scale", TestSafetensorsWriter.floats(DType.F32, scales, 3, 1, 2L * width));
        try (Checkpoint checkpoint = Checkpoints.open(writer.write(folder))) {
            CheckpointTensor up = checkpoint.tensors().get("blk.0.ffn_up_exps.weight");
            assertNotNull(up);
            float[] row = new float[64];
            up.decodeRow(2 * width + 7, row);
            int output = width + 7;
            assertRow(row, bytes, 2 * 64 * 2 * width + output, 2 * width, scales[2 * 2 * width + output]);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"quant_method\":\"bitsandbytes\"}",
                "{\"quant_method\":\"fp8\"}",
                "{}",
                "{\"quant_method\":\"compressed-tensors\",\"format\":\"pack-quantized\"}",
                "{\"quant_method\":\"compressed-tensors\"}",
                "[]"
            })
    void refusesOtherSchemes(String scheme) {
        write(scheme, Map.of());
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("quantization_config"), message);
    }

    @Test
    void refusesMissingAndOtherScales() {
        String name = "model.layers.0.mlp.up_proj.weight";
        TestSafetensorsWriter.Tensor bytes =
                new TestSafetensorsWriter.Tensor("F8_E4M3", List.of(96L, 64L), bytes(96 * 64));
        write(FBGEMM, Map.of(name, bytes));
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains(name + "_scale: found no such tensor"), message);
        write(FBGEMM, Map.of(name, bytes, name + "_scale", TestSafetensorsWriter.floats(DType.F32, scales(95), 95)));
        message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains(name + "_scale: found shape [95]"), message);
    }

    private void write(String scheme, Map<String, TestSafetensorsWriter.Tensor> replaced) {
        TestFolderWriter writer = TestFolderWriter.llama(TestModel.builder().build(), DType.BF16);
        writer.config.put("quantization_config", scheme);
        writer.tensors.putAll(replaced);
        writer.write(folder);
    }

    private static void assertRow(float[] row, byte[] bytes, int first, int stride, float scale) {
        for (int i = 0; i < row.length; i++) {
            float exact = Float8.value(bytes[first + i * stride]) * scale;
            assertEquals(exact, row[i], Math.abs(exact) / 256, "element " + i);
        }
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        for (int i = 0; i < count; i++) {
            bytes[i] = (bytes[i] & 0x7F) == 0x7F ? 0 : bytes[i];
        }
        return bytes;
    }

    private static float[] scales(int count) {
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = 0.01f + 0.001f * i;
        }
        return scales;
    }
}
