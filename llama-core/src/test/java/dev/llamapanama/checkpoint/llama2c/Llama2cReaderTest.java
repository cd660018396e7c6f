// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.llama2c;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.Little;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class Llama2cReaderTest {
    private static final List<String> HEADER =
            List.of("dim", "hidden_dim", "n_layers", "n_heads", "n_kv_heads", "vocab_size", "seq_len");

    @TempDir
    Path folder = Path.of("");

    /** A file that counts: float i of the data has the value i, so that positions can be told by hand. */
    @Test
    void weightsStandWhereExportPyPutsThem() throws IOException {
        // dim 4, hidden 6, 2 layers, 2 heads, 1 kv head, 3 tokens with a classifier, 5 positions
        int floats = 12 + 8 + 32 + 16 + 16 + 32 + 8 + 48 + 48 + 48 + 4 + 10 + 12;
        byte[] file = header(28 + 4 * floats, 4, 6, 2, 2, 1, -3, 5);
        for (int i = 0; i < floats; i++) {
            little(file).putFloat(28 + 4 * i, i);
        }
        Map<String, Integer> starts = Map.ofEntries(
                Map.entry("token_embd.weight", 0),
                Map.entry("blk.0.attn_norm.weight", 12),
                Map.entry("blk.1.attn_norm.weight", 16),
                Map.entry("blk.0.attn_q.weight", 20),
                Map.entry("blk.1.attn_q.weight", 36),
                Map.entry("blk.0.attn_k.weight", 52),
                Map.entry("blk.1.attn_k.weight", 60),
                Map.entry("blk.0.attn_v.weight", 68),
                Map.entry("blk.1.attn_v.weight", 76),
                Map.entry("blk.0.attn_output.weight", 84),
                Map.entry("blk.1.attn_output.weight", 100),
                Map.entry("blk.0.ffn_norm.weight", 116),
                Map.entry("blk.1.ffn_norm.weight", 120),
                Map.entry("blk.0.ffn_gate.weight", 124),
                Map.entry("blk.1.ffn_gate.weight", 148),
                Map.entry("blk.0.ffn_down.weight", 172),
                Map.entry("blk.1.ffn_down.weight", 196),
                Map.entry("blk.0.ffn_up.weight", 220),
                Map.entry("blk.1.ffn_up.weight", 244),
                Map.entry("output_norm.weight", 268),
                Map.entry("output.weight", 282));
        try (Checkpoint checkpoint = Checkpoints.open(write(file))) {
            assertEquals(starts.keySet(), checkpoint.tensors().keySet());
            starts.forEach((name, start) -> {
                CheckpointTensor tensor = checkpoint.tensors().get(name);
                assertNotNull(tensor);
                assertEquals((float) start, tensor.data().get(Little.FLOAT, 0), name);
                assertEquals(4 * tensor.shape().elements(), tensor.data().byteSize(), name);
            });
            LlamaConfig config = checkpoint.config();
            assertEquals(2, config.headDim());
            assertEquals(3, config.vocabSize());
            assertFalse(config.tiedEmbeddings());
            assertEquals(HEADER, List.copyOf(checkpoint.metadata().keySet()));
            assertEquals(-3, checkpoint.metadata().get("vocab_size"));
        }
        assertNull(Checkpoints.readTokenizer(folder.resolve("model.bin")));
    }

    @TestFactory
    Stream<DynamicTest> refusesNumbersThatNoModelHas() {
        return HEADER.stream()
                .flatMap(field -> Stream.of(0, -5, Integer.MIN_VALUE, Integer.MAX_VALUE)
                        .filter(value -> value != -5 || !field.equals("vocab_size"))
                        .map(value -> refused(HEADER.indexOf(field), value, field + ": found " + value)));
    }

    @TestFactory
    Stream<DynamicTest> refusesContradictions() {
        return Stream.of(
                refused(3, 3, "n_heads: found 3, expected a divisor of dim 64"),
                refused(3, 64, "n_heads: found 64, expected an even width"),
                refused(4, 3, "n_kv_heads: found 3, expected a divisor of n_heads 4"),
                refused(4, 8, "n_kv_heads: found 8"),
                refused(0, 72, "file length: found"),
                refused(1, 95, "file length: found"),
                refused(2, 4096, "file length: found"),
                refused(5, 5, "file length: found"),
                refused(6, 129, "file length: found"),
                refused(6, 1 << 20, "file length: found"));
    }

    private DynamicTest refused(int field, int value, String expected) {
        return dynamicTest(expected, () -> {
            byte[] file = TestModel.builder().build().llama2c();
            little(file).putInt(4 * field, value);
            assertTrue(message(file).contains("model.bin: " + expected), message(file));
        });
    }

    @Test
    void refusesAnyOtherLength() throws IOException {
        byte[] good = TestModel.builder().build().llama2c();
        for (int length : List.of(good.length - 1, good.length - 4, good.length + 1, good.length + 4, 28, 27, 4)) {
            String message = message(Arrays.copyOf(good, length));
            String expected = length < 28 ? "bytes before the end of the file" : "file length: found " + length;
            assertTrue(message.contains(expected), message);
        }
    }

    @Test
    void doesNotTakeOtherFilesForItsOwn() {
        byte[] zip = {'P', 'K', 3, 4};
        byte[] pickle = {(byte) 0x80, 2, 'c'};
        byte[] tokenizer = {27, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, '<', 'u', 'n', 'k', '>'};
        byte[] safetensors = {(byte) 0xA8, 4, 0, 0, 0, 0, 0, 0, '{', '"'};
        byte[] text = "dim,hidden_dim,n_layers\n4096,11008,32\n".getBytes(StandardCharsets.US_ASCII);
        byte[] gguf = TestModel.builder().build().gguf().bytes();
        for (byte[] start : List.of(zip, pickle, tokenizer, safetensors, text, gguf, new byte[0])) {
            Llama2cReader reader = new Llama2cReader();
            assertFalse(reader.recognises(folder, start));
            assertFalse(reader.recognises(folder, Arrays.copyOf(start, 64)));
        }
    }

    private String message(byte[] file) throws IOException {
        Path path = write(file);
        return Refusal.of(() -> new Llama2cReader().read(path));
    }

    private Path write(byte[] file) throws IOException {
        return Files.write(folder.resolve("model.bin"), file);
    }

    private static ByteBuffer little(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] header(int length, int... fields) {
        byte[] file = new byte[length];
        little(file).asIntBuffer().put(fields);
        return file;
    }
}
