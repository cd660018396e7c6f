// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TorchFileTest {
    private static final byte[] DATA = "0123456789abcdef01234567".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder = Path.of("");

    private final TorchWriter writer = new TorchWriter().add("w", DType.BF16, DATA, 3, 4);

    @Test
    void findsTensorsInArchivesOfEveryKind() throws IOException {
        assertRead(writer.bytes());
        assertRead(writer.zip(new ZipWriter().zip64Entries(), writer.pickle()).bytes());
        Path other = folder.resolve("other.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(other))) {
            out.setMethod(ZipOutputStream.STORED);
            put(out, "archive/data.pkl", writer.pickle());
            put(out, "archive/data/0", DATA);
        }
        assertRead(Files.readAllBytes(other));
    }

    private static void put(ZipOutputStream out, String name, byte[] data) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        CRC32 crc = new CRC32();
        crc.update(data);
        entry.setCrc(crc.getValue());
        entry.setSize(data.length);
        out.putNextEntry(entry);
        out.write(data);
        out.closeEntry();
    }

    private void assertRead(byte[] file) throws IOException {
        try (MappedFile mapped = MappedFile.open(write(file))) {
            TorchTensor tensor = TorchFile.read(mapped, name -> true).get("w");
            assertNotNull(tensor);
            assertEquals(new Shape(3, 4), tensor.shape());
            assertEquals(DType.BF16, tensor.type());
            assertEquals(new String(DATA, StandardCharsets.US_ASCII), elements(tensor));
        }
    }

    @Test
    void tensorsMayBePartsOfOthers() throws IOException {
        assertElements(view("FloatStorage", 6, 2, new long[] {2, 2}, new long[] {2, 1}), 2, 3, 4, 5);
        assertElements(view("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {3, 1}), 1, 2, 4, 5);
        assertElements(view("FloatStorage", 6, 1, new long[] {2, 1}, new long[] {3, 7}), 1, 4);
        assertElements(view("FloatStorage", 6, 0, new long[] {2, 3}, new long[] {1, 2}), 0, 2, 4, 1, 3, 5);
        assertElements(view("FloatStorage", 6, 1, new long[] {3}, new long[] {2}), 1, 3, 5);
    }

    private void assertElements(byte[] file, int... indices) throws IOException {
        StringBuilder expected = new StringBuilder();
        for (int index : indices) {
            expected.append(new String(DATA, index * Float.BYTES, Float.BYTES, StandardCharsets.US_ASCII));
        }
        try (MappedFile mapped = MappedFile.open(write(file))) {
            TorchTensor tensor = TorchFile.read(mapped, name -> true).get("w");
            assertNotNull(tensor);
            assertEquals(expected.toString(), elements(tensor));
            for (int column = 0; column < tensor.cols(); column++) {
                MemorySegment found = MemorySegment.ofArray(new byte[(int) tensor.rows() * Float.BYTES]);
                for (int row = 0; row < tensor.rows(); row++) {
                    tensor.copyElement(row, column, found, row);
                    int index = indices[row * (int) tensor.cols() + column];
                    assertEquals(DATA[index * Float.BYTES], found.get(ValueLayout.JAVA_BYTE, row * (long) Float.BYTES));
                }
            }
        }
    }

    private static String elements(TorchTensor tensor) {
        StringBuilder elements = new StringBuilder();
        for (long row = 0; row < tensor.rows(); row++) {
            byte[] bytes = new byte[(int) tensor.rowBytes()];
            tensor.copyRow(row, MemorySegment.ofArray(bytes));
            elements.append(new String(bytes, StandardCharsets.US_ASCII));
        }
        return elements.toString();
    }

    @Test
    void tensorsMayBeParameters() throws IOException {
        PickleWriter pickle = new PickleWriter().op('}').text("w").global("torch._utils", "_rebuild_parameter");
        pickle.op('(');
        TorchWriter.tensor(pickle, "FloatStorage", "0", 6, 2, new long[] {2, 2}, new long[] {2, 1});
        pickle.op(0x88).global("collections", "OrderedDict").ops(")Rt").op('R');
        assertElements(writer.zip(new ZipWriter(), pickle.ops("s.").bytes()).bytes(), 2, 3, 4, 5);
    }

    @Test
    void refusesViewsThatAreNoWeights() throws IOException {
        assertRefused(view("FloatStorage", 6, 3, new long[] {2, 2}, new long[] {2, 1}), "4 elements from 3");
        assertRefused(view("FloatStorage", 6, 7, new long[] {1, 1}, new long[] {1, 1}), "1 elements from 7");
        assertRefused(view("FloatStorage", 6, 0, new long[] {2, 3}, new long[] {0, 1}), "w: found strides [0, 1]");
        assertRefused(view("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {4, 1}), "4 elements from 1");
        assertRefused(view("FloatStorage", 6, 1, new long[] {2, 2}, new long[] {1, Long.MAX_VALUE}), "w: found");
        assertRefused(view("FloatStorage", 6, 0, new long[] {3, 3}, new long[] {1, 1}), "9 elements from 0");
        assertRefused(
                view("FloatStorage", 6, 0, new long[] {1L << 40, 1L << 40}, new long[] {1L << 40, 1}), "w: found");
        assertRefused(view("FloatStorage", 6, 0, new long[] {0, 3}, new long[] {3, 1}), "w: found sizes [0, 3]");
        assertRefused(
                view("FloatStorage", 6, 0, new long[] {1, 3, 2}, new long[] {6, 1, 3}),
                "w: found sizes [1, 3, 2] with strides [6, 1, 3]");
        assertRefused(view("CharStorage", 24, 0, new long[] {4, 6}, new long[] {6, 1}), "w: found CharStorage");
        assertRefused(view("FloatStorage", 5, 0, new long[] {1, 2}, new long[] {2, 1}), "data/0: found 24 bytes");
        assertRefused(
                view("FloatStorage", Long.MAX_VALUE, 0, new long[] {1}, new long[] {1}), "data/0: found 24 bytes");
    }

    private byte[] view(String storage, long elements, long offset, long[] sizes, long[] strides) {
        PickleWriter pickle = new PickleWriter().op('}').text("w");
        TorchWriter.tensor(pickle, storage, "0", elements, offset, sizes, strides);
        return writer.zip(new ZipWriter(), pickle.ops("s.").bytes()).bytes();
    }

    @Test
    void refusesOtherPickles() throws IOException {
        assertRefused(zip().add("a/data.pkl", new PickleWriter().ops("N.").bytes()), "a state dictionary");
        byte[] plain = new PickleWriter().op('}').text("w").ops("Ns.").bytes();
        assertRefused(zip().add("a/data.pkl", plain), "w: found something else than a tensor");
        assertRefused(zip().add("a/data.pkl", writer.pickle()), "a/data/0: found no such entry");
        assertRefused(zip().add("a/data.pkl", plain).add("b/data.pkl", plain), "data.pkl: found 2 such entries");
        assertRefused(zip().add("data.pkl", plain), "data.pkl: found 0 such entries");
        byte[] big = "big".getBytes(StandardCharsets.US_ASCII);
        assertRefused(zip().add("a/data.pkl", plain).add("a/byteorder", big), "byteorder: found \"big\"");
    }

    @Test
    void refusesHostileArchives() throws IOException {
        assertRefused(writer.zip(new ZipWriter().method(8), writer.pickle()), "a compressed entry (method 8)");
        assertRefused(writer.zip(zip().zip64Entries().lengthError(1 << 20), writer.pickle()), "data.pkl: found");
        assertRefused(writer.zip(zip().lengthError(200), writer.pickle()), "an end at");
        assertRefused(writer.zip(zip().headerError(1), writer.pickle()), "the signature 04034b50");
        assertRefused(zip().add("a/data.pkl", DATA).add("a/data.pkl", DATA), "two entries of this name");
        assertRefused(zip().add("a/data.pkl", "a/data.pkk", DATA), "another name in its local header");
        for (String name : new String[] {"../a", "/a", "a/../b", "a//b", "a\\b", "a/", "."}) {
            assertRefused(zip().add(name, DATA), "entry name: found \"" + name + "\"");
        }
        assertRefused(zip(), "data.pkl: found 0 such entries");
        assertRefused("no archive at all, but text".getBytes(StandardCharsets.US_ASCII), "end of archive");
        assertRefused(new byte[1], "end of archive");
        byte[] old = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e8002");
        assertRefused(old, "format: found that of PyTorch before 1.6");
    }

    @Test
    void refusesEveryCutFile() throws IOException {
        byte[] good = writer.bytes();
        for (int length = 1; length < good.length; length++) {
            assertRefused(Arrays.copyOf(good, length), "end of archive");
        }
    }

    private static ZipWriter zip() {
        return new ZipWriter();
    }

    private void assertRefused(ZipWriter zip, String expected) throws IOException {
        assertRefused(zip.bytes(), expected);
    }

    private void assertRefused(byte[] file, String expected) throws IOException {
        Path path = write(file);
        String message = Refusal.of(() -> {
            try (MappedFile mapped = MappedFile.open(path)) {
                var _ = TorchFile.read(mapped, name -> true);
            }
        });
        assertTrue(message.startsWith(path + ": ") && message.contains(expected), message);
    }

    private Path write(byte[] file) throws IOException {
        return Files.write(folder.resolve("model.pth"), file);
    }
}
