// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.tensor.DType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the format demands of a file and of an index. */
class SafetensorsTest {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";
    private static final String B = "\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}";

    @TempDir
    Path folder = Path.of("");

    @Test
    void readsTensorsInAnyOrder() {
        String empty = "\"c\":{\"data_offsets\":[8,8],\"shape\":[0,3],\"dtype\":\"F4\"}";
        Map<String, SafetensorsTensor> tensors =
                read(TestSafetensorsWriter.file("{" + B + "," + empty + "," + A + "}   ", new byte[9]));
        assertEquals(List.of("b", "c", "a"), List.copyOf(tensors.keySet()));
        SafetensorsTensor a = tensors.get("a");
        assertNotNull(a);
        assertEquals(List.of(2L), a.shape());
        assertEquals(8, a.bytes());
        assertEquals(SafetensorsType.F32, a.type());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                " {}",
                "{",
                "{\"a\":1}",
                "{\"a\":null}",
                "{\"a\":{}}",
                "{A,A}",
                "{A,B}x",
                "{A,B} {}",
                "{A,B,}",
                "{A,B,\"__metadata__\":{\"x\":1}}",
                "{A,B,\"__metadata__\":{\"x\":\"1\",\"x\":\"2\"}}",
                "{A,B,\"__metadata__\":{},\"__metadata__\":{}}",
                "{A,\"\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U9\",\"shape\":[],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":8,\"shape\":[],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9],\"more\":0}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9,10]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[9,8]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[-1,0]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[7,8]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[9,10]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[1.0],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[-1,-1],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"F4\",\"shape\":[1],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[[[[[[[1]]]]]]],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[4294967296,4294967296,1],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[99999999999999999999],\"data_offsets\":[8,9]}}",
                "{A,\"b\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,99999999999999999999]}}",
                "{A}",
                "{B}"
            })
    void refusesHeaders(String header) {
        refused(TestSafetensorsWriter.file(header.replace("A", A).replace("B", B), new byte[9]));
    }

    @ParameterizedTest
    @CsvSource({"0", "1", "-1", "100000001", "9223372036854775807", "-9223372036854775808", "500"})
    void refusesLengthsOfHeaders(long length) {
        refused(TestSafetensorsWriter.file(length, TestSafetensorsWriter.utf8("{}"), new byte[0]));
    }

    @Test
    void refusesShortFilesAndInvalidText() {
        for (byte[] bytes : new byte[][] {{}, new byte[7], new byte[9], new byte[64]}) {
            refused(bytes);
        }
        byte[] latin = TestSafetensorsWriter.utf8("{\"x\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}");
        latin[2] = (byte) 0xE4;
        refused(TestSafetensorsWriter.file(latin.length, latin, new byte[1]));
        byte[] cut = TestSafetensorsWriter.file("{" + A + "," + B + "}", new byte[8]);
        refused(cut);
        refused(TestSafetensorsWriter.file("{" + A + "," + B + "}", new byte[10]));
    }

    /** More tensors than any model has; the heap of the tests wouldn't hold all that the length allows. */
    @Test
    void refusesTooManyTensors() {
        String many = IntStream.range(0, 140_000)
                .mapToObj(i -> "\"" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}")
                .collect(Collectors.joining(",", "{", "}"));
        assertTrue(refused(TestSafetensorsWriter.file(many, new byte[0])).contains("more tensors"));
    }

    /** A hundred million spaces cost no memory. */
    @Test
    void readsALongHeader() throws IOException {
        Path file = folder.resolve("long.safetensors");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(8 + 100_000_000);
            sparse.write(ByteBuffer.allocate(9)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(100_000_000)
                    .put((byte) '{')
                    .array());
        }
        String message = Refusal.of(() -> MappedFile.open(file, SafetensorsHeader::read));
        assertTrue(message.contains(": header: found "), message);
        Files.delete(file);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../model.safetensors",
                "/model.safetensors",
                "a/b.safetensors",
                "a\\\\b.safetensors",
                "..",
                "",
                ".safetensors",
                "model.bin",
                "model\\u0000.safetensors",
                "C:model.safetensors"
            })
    void refusesNamesOfOtherFiles(String name) {
        index("{\"weight_map\":{\"a\":\"" + name + "\"}}");
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("the plain name of a .safetensors file"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"weight_map\":[]}",
                "{\"weight_map\":{}}",
                "{\"weight_map\":{\"a\":1}}",
                "{\"weight_map\":{\"a\":null}}",
                "{\"weight_map\":{\"a\":\"x.safetensors\"}}",
                "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}",
                "{\"weight_map\":{}}x"
            })
    void refusesIndexes(String index) {
        index(index);
        Refusal.of(() -> Checkpoints.open(folder));
    }

    @Test
    void filesHaveTheTensorsThatTheIndexSays() throws IOException {
        TestFolderWriter writer = TestFolderWriter.llama(TestModel.builder().build(), DType.F32);
        writer.writeSharded(folder);
        Path index = folder.resolve("model.safetensors.index.json");
        String good = Files.readString(index);
        Files.writeString(index, good.replace("\"model.norm.weight\"", "\"model.enorm.weight\""));
        String message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("model.norm.weight: found a tensor with this name"), message);
        Files.writeString(index, good.replace("{\"model.", "{\"z\":\"model-00001-of-00002.safetensors\",\"model."));
        message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("z: found no such tensor in model-00001"), message);
        Files.writeString(index, good);
        Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
        message = Refusal.of(() -> Checkpoints.open(folder));
        assertTrue(message.contains("weight_map: found no file model-00002-of-00002.safetensors"), message);
    }

    private void index(String json) {
        TestFolderWriter.llama(TestModel.builder().build(), DType.F32).writeJson(folder);
        try {
            Files.writeString(folder.resolve("model.safetensors.index.json"), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String refused(byte[] bytes) {
        Path file = folder.resolve("model.safetensors");
        String message = Refusal.of(() -> read(bytes));
        assertTrue(message.startsWith(file + ": "), message);
        return message;
    }

    /**
     * @throws CheckpointException where the header is refused
     */
    private Map<String, SafetensorsTensor> read(byte[] bytes) {
        Path file = folder.resolve("model.safetensors");
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (MappedFile mapped = MappedFile.open(file)) {
            return SafetensorsHeader.read(mapped);
        }
    }
}
