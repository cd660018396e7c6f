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
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files whose bytes are wrong, whatever they mean: the error names the field. */
class GgufStructureTest {
    private static final int VERSION = 4;
    private static final int TENSORS = 8;
    private static final int PAIRS = 16;
    private static final int FIRST_KEY = 24;

    @TempDir
    Path folder = Path.of("");

    private int files;

    @TestFactory
    Stream<DynamicTest> header() {
        return Stream.of(
                patched("version: found 1, expected 2 or 3", file -> file.putInt(VERSION, 1)),
                patched("version: found 4, expected 2 or 3", file -> file.putInt(VERSION, 4)),
                patched("version: found 0, expected 2 or 3", file -> file.putInt(VERSION, 0)),
                patched("version: found a big-endian file", file -> file.putInt(VERSION, 3 << 24)),
                patched("tensor count: found 18446744073709551615", file -> file.putLong(TENSORS, -1)),
                patched("tensor count: found 9223372036854775807", file -> file.putLong(TENSORS, Long.MAX_VALUE)),
                patched("key-value count: found 18446744073709551615", file -> file.putLong(PAIRS, -1)),
                patched("key-value count: found 1099511627776", file -> file.putLong(PAIRS, 1L << 40)),
                patched("key 0: found 9223372036854775807", file -> file.putLong(FIRST_KEY, Long.MAX_VALUE)),
                patched("key 0: found 0 bytes, expected 1 to 65535", file -> file.putLong(FIRST_KEY, 0)),
                patched("key 0: found invalid UTF-8", file -> file.put(FIRST_KEY + 8, (byte) 0x80)),
                patched("key 0: found a NUL character", file -> file.put(FIRST_KEY + 8, (byte) 0)),
                patched("general.architecture type: found 13", file -> file.putInt(FIRST_KEY + 28, 13)),
                patched("general.architecture type: found -1", file -> file.putInt(FIRST_KEY + 28, -1)));
    }

    @TestFactory
    Stream<DynamicTest> values() {
        return Stream.of(
                spoilt("general.name: found the key twice", writer -> writer.repeat("general.name")),
                spoilt("found 65536 bytes, expected 1 to 65535", writer -> writer.u32("k".repeat(65536), 1)),
                spoilt("a: found boolean 2", writer -> writer.raw("a", GgufWriter.BOOL, new byte[] {2})),
                spoilt("a: found boolean 255", writer -> writer.raw("a", GgufWriter.ARRAY, array(7, 2, 1, 255))),
                spoilt("a: found an array of arrays", writer -> writer.raw("a", GgufWriter.ARRAY, array(9, 0))),
                spoilt("a element type: found 13", writer -> writer.raw("a", GgufWriter.ARRAY, array(13, 0))),
                spoilt("a length: found 18446744073709551615", writer -> writer.raw("a", 9, array(0, -1))),
                spoilt("a length: found 4611686018427387904", writer -> writer.raw("a", 9, array(12, 1L << 62))),
                spoilt("a length: found 2305843009213693952", writer -> writer.raw("a", 9, array(8, 1L << 61))),
                spoilt(
                        "general.alignment: found u32 0, expected a u32 that is a power of two",
                        writer -> writer.u32("general.alignment", 0)),
                spoilt("general.alignment: found u32 24", writer -> writer.u32("general.alignment", 24)),
                spoilt(
                        "general.alignment: found u64 32",
                        writer -> writer.value("general.alignment", GgufWriter.U64, 32)),
                spoilt("general.alignment: found string \"32\"", writer -> writer.string("general.alignment", "32")),
                spoilt("general.alignment: found u32 2147483648", writer -> writer.u32("general.alignment", 1L << 31)));
    }

    @TestFactory
    Stream<DynamicTest> tensorInfos() {
        String name = "blk.0.attn_q.weight";
        return Stream.of(
                info("output_norm.weight: found the tensor twice", writer -> writer.repeatTensor("output_norm.weight")),
                info("found 64 bytes, expected 1 to 63", writer -> tensor(writer, "n".repeat(64), 0, 1)),
                info("name: found 0 bytes", writer -> tensor(writer, "", 0, 1)),
                info(name + " number of dimensions: found 0", writer -> tensor(writer, name, 0)),
                info(name + " number of dimensions: found 5", writer -> tensor(writer, name, 0, 1, 1, 1, 1, 1)),
                info(name + " dimension 0: found 0", writer -> tensor(writer, name, 0, 0, 4)),
                info(name + " dimension 1: found -4", writer -> tensor(writer, name, 0, 4, -4)),
                info(name + " dimensions: found", writer -> tensor(writer, name, 0, 4, 1L << 31, 1L << 31, 1L << 31)),
                info(name + " dimensions: found", writer -> tensor(writer, name, 0, 1L << 40, 1L << 40)),
                info(name + " dimensions: found", writer -> tensor(writer, name, 0, 1L << 61, 2)),
                info(name + ": found rows of 33", writer -> tensor(writer, name, 8, 33, 1)),
                info(name + ": found rows of 288", writer -> tensor(writer, name, 12, 288, 1)),
                info(name + " type: found unknown or retired ggml type 4", writer -> tensor(writer, name, 4, 4, 4)),
                info(name + " type: found unknown or retired ggml type 43", writer -> tensor(writer, name, 43, 4, 4)),
                info(name + " type: found unknown or retired ggml type -1", writer -> tensor(writer, name, -1, 4, 4)),
                info(name + " type: found Q8_1, expected one of", writer -> tensor(writer, name, 9, 32, 4)));
    }

    @TestFactory
    Stream<DynamicTest> data() {
        String name = "blk.0.attn_k.weight";
        byte[] good = small().bytes();
        int offset = offsetField(good, name);
        long right = buffer(good).getLong(offset);
        return Stream.of(
                patched(name + " offset: found -1, expected " + right, file -> file.putLong(offset, -1)),
                patched(name + " offset: found 0, expected " + right, file -> file.putLong(offset, 0)),
                patched(name + " offset: found " + (right + 1), file -> file.putLong(offset, right + 1)),
                patched(name + " offset: found " + (right + 32), file -> file.putLong(offset, right + 32)),
                refused("output.weight: found ", file(Arrays.copyOf(good, good.length - 32))),
                refused("file length: found", file(Arrays.copyOf(good, good.length + 32))));
    }

    @Test
    void theLastTensorMayLackItsPadding() throws IOException {
        TestModel model = TestModel.builder().dim(12).heads(2).ffnDim(20).build();
        byte[] bytes = model.gguf().bytes();
        byte[] padded = Arrays.copyOf(bytes, (bytes.length + 31) & -32);
        assertTrue(padded.length > bytes.length);
        for (byte[] variant : List.of(bytes, padded)) {
            try (Checkpoint checkpoint = Checkpoints.open(Files.write(folder.resolve("model.gguf"), variant))) {
                assertEquals(model.config(), checkpoint.config());
            }
        }
    }

    /** An array that fits the length of the file, but not any header, must not be allocated. */
    @Test
    void aSparseFileCannotMakeTheReaderAllocate() throws IOException {
        Path path = folder.resolve("model.gguf");
        byte[] start =
                new GgufWriter().raw("a", GgufWriter.ARRAY, array(8, 1L << 30)).bytes();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 34);
            file.write(start);
        }
        String message = Refusal.of(() -> Checkpoints.open(path));
        assertTrue(message.contains("a length: found 1073741824 with "), message);
        Files.delete(path);
    }

    @Test
    void allTypesOfGgmlAreKnown() {
        List<Integer> ids = Arrays.stream(GgmlType.values()).map(GgmlType::id).toList();
        for (int id = 0; id < 43; id++) {
            boolean retired = List.of(4, 5, 31, 32, 33, 36, 37, 38).contains(id);
            assertEquals(!retired, ids.contains(id), "id " + id);
            assertEquals(retired, GgmlType.of(id) == null, "id " + id);
        }
    }

    private DynamicTest patched(String expected, Consumer<ByteBuffer> patch) {
        byte[] bytes = small().bytes();
        patch.accept(buffer(bytes));
        return refused(expected, file(bytes));
    }

    private DynamicTest spoilt(String expected, UnaryOperator<GgufWriter> spoil) {
        return refused(expected, file(spoil.apply(small()).bytes()));
    }

    private DynamicTest info(String expected, Consumer<GgufWriter> spoil) {
        GgufWriter writer = small();
        spoil.accept(writer);
        return refused(expected, file(writer.bytes()));
    }

    private DynamicTest refused(String expected, Path file) {
        return dynamicTest(expected, () -> {
            String message = Refusal.of(() -> Checkpoints.open(file));
            assertTrue(message.startsWith(file + ": "), message);
            assertTrue(message.contains(expected), message);
        });
    }

    private Path file(byte[] bytes) {
        try {
            return Files.write(folder.resolve(files++ + ".gguf"), bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static GgufWriter small() {
        return TestModel.builder().dim(8).heads(2).ffnDim(8).layers(1).build().gguf();
    }

    private static void tensor(GgufWriter writer, String name, int type, long... ne) {
        writer.tensor(name, type, ne, new byte[64]);
    }

    /** Element type, length and one byte for each element. */
    private static byte[] array(int elementType, long length, int... elements) {
        ByteBuffer out = ByteBuffer.allocate(12 + elements.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(elementType).putLong(length);
        for (int element : elements) {
            out.put((byte) element);
        }
        return out.array();
    }

    private static ByteBuffer buffer(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Where the offset of a two-dimensional tensor stands. */
    private static int offsetField(byte[] file, String name) {
        int start = new String(file, StandardCharsets.ISO_8859_1).indexOf(name);
        return start + name.length() + 4 + 2 * 8 + 4;
    }
}
