// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Llama2cWriter;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Little;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Versions 1 and 2, which begin with ak42. */
class Llama2cVersionsTest {
    @TempDir
    Path folder = Path.of("");

    static Stream<TestModel> models() {
        return Stream.of(
                TestModel.builder().build(),
                TestModel.builder()
                        .tied()
                        .layers(3)
                        .heads(8)
                        .ffnDim(100)
                        .contextLength(7)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("models")
    void version1HoldsTheSameModelAsVersion0(TestModel model) throws IOException {
        try (Checkpoint plain = Checkpoints.open(write("v0.bin", model.llama2c()));
                Checkpoint versioned = Checkpoints.open(write("v1.bin", Llama2cWriter.v1(model)))) {
            assertEquals("llama2.c v1", versioned.format());
            assertEquals(plain.config(), versioned.config());
            assertEquals(1, versioned.metadata().get("version"));
            assertEquals(plain.tensors().keySet(), versioned.tensors().keySet());
            plain.tensors().values().forEach(tensor -> {
                CheckpointTensor twin = versioned.tensors().get(tensor.name());
                assertNotNull(twin);
                assertEquals(tensor.shape(), twin.shape(), tensor.name());
                assertEquals(-1, tensor.data().mismatch(twin.data()), tensor.name());
            });
        }
    }

    /** Rows of 100 columns don't end where groups of 64 do. */
    @ParameterizedTest
    @MethodSource("models")
    void version2IsWithinHalfAStepOfTheModel(TestModel model) throws IOException {
        for (int groupSize : List.of(64, 32, 2)) {
            try (Checkpoint checkpoint = Checkpoints.open(write("v2.bin", Llama2cWriter.v2(model, groupSize)))) {
                assertEquals("llama2.c v2", checkpoint.format());
                assertEquals(model.config(), checkpoint.config());
                assertEquals(groupSize, checkpoint.metadata().get("group_size"));
                assertEquals(
                        model.weights().keySet(),
                        new HashSet<>(checkpoint.tensors().keySet()));
                model.weights().forEach((name, expected) -> {
                    CheckpointTensor tensor = checkpoint.tensors().get(name);
                    assertNotNull(tensor);
                    float[] found = new float[expected.length];
                    DType.F32.decode(tensor.data(), 0, found, 0, found.length);
                    assertArrayEquals(expected, found, name.endsWith("_norm.weight") ? 0 : 2.5f / 127, name);
                });
            }
        }
    }

    /** Bytes 1, 2, 3, … and the scales 1, 10, 100, … of one matrix at places counted by hand. */
    @Test
    void elementsAreBytesTimesTheScaleOfTheirGroup() throws IOException {
        // dim 4, hidden 6, 1 layer, 2 heads, 1 kv head, 3 tokens, tied; groups of 4
        int norms = 4 * (4 + 4 + 4);
        int matrices = 12 + 16 + 8 + 8 + 16 + 24 + 24 + 24;
        byte[] file = new byte[256 + norms + matrices + matrices / 4 * 4];
        ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x616b3432)
                .putInt(2)
                .putInt(4)
                .putInt(6)
                .putInt(1)
                .putInt(2)
                .putInt(1)
                .putInt(3)
                .putInt(5);
        out.put((byte) 1).putInt(4);
        int down = 256 + norms + 2 * (12 + 16 + 8 + 8 + 16 + 24);
        for (int i = 0; i < 24; i++) {
            out.put(down + i, (byte) (i - 12));
        }
        for (int group = 0; group < 6; group++) {
            out.putFloat(down + 24 + 4 * group, (float) Math.pow(10, group));
        }
        try (Checkpoint checkpoint = Checkpoints.open(write("model.bin", file))) {
            CheckpointTensor tensor = checkpoint.tensors().get("blk.0.ffn_down.weight");
            assertNotNull(tensor);
            float[] row = new float[6];
            tensor.decodeRow(1, row);
            assertArrayEquals(new float[] {-60, -50, -400, -300, -200, -100}, row);
            tensor.source().read(4 * 23, 4, last -> assertEquals(1_100_000f, last.get(Little.FLOAT, 0)));
        }
    }

    @Test
    void refusesAnyOtherLength() throws IOException {
        TestModel model = TestModel.builder().build();
        for (byte[] good : List.of(Llama2cWriter.v1(model), Llama2cWriter.v2(model, 64))) {
            for (int length : List.of(good.length - 1, good.length + 4, 256, 255, 41, 8, 5)) {
                String message = message(Arrays.copyOf(good, length));
                String expected = length < 41 ? "before the end of the file" : "file length: found " + length;
                assertTrue(message.contains(expected), message);
            }
        }
    }

    @Test
    void refusesFieldsThatNoExportWrites() throws IOException {
        assertTrue(spoilt(4, 0).contains("version: found 0, expected 1 or 2"));
        assertTrue(spoilt(4, 3).contains("version: found 3"));
        assertTrue(spoilt(28, -3).contains("vocab_size: found -3, expected 1 to"));
        assertTrue(spoilt(36, 2).contains("shared_classifier: found 2, expected 0 or 1"));
        for (int groupSize : List.of(0, -1, 3, 128, Integer.MIN_VALUE)) {
            String message = spoilt(37, groupSize);
            assertTrue(message.contains("group_size: found " + groupSize + ", expected a divisor of dim 64"), message);
        }
        assertTrue(spoilt(37, 32).contains("file length: found"));
    }

    private String spoilt(int offset, int value) throws IOException {
        byte[] file = Llama2cWriter.v2(TestModel.builder().build(), 64);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(offset, value);
        return message(file);
    }

    private String message(byte[] file) throws IOException {
        Path path = write("bad.bin", file);
        return Refusal.of(() -> new Llama2cReader().read(path));
    }

    private Path write(String name, byte[] file) throws IOException {
        return Files.write(folder.resolve(name), file);
    }
}
