// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.UnfinishedFile;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import dev.llamapanama.tensor.Little;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Sequences in files: tokens, keys and values. Little-endian: {@code LPKV}, a version, 32 bytes that tell the model, bytes of a page,
 * capacity, length, tokens whose keys and values follow, ids, pages, and CRC-32C of all before.
 */
final class SequenceFile {
    private static final int MAGIC = 0x564B504C;
    private static final int VERSION = 1;
    private static final int IDENTITY_BYTES = 32;
    private static final int HEADER_BYTES = 4 + 4 + IDENTITY_BYTES + 8 + 4 + 4 + 4;
    private static final int CHECKSUM_BYTES = 4;

    private final KvPool pool;
    private final byte[] model;

    /** @param model its identity */
    SequenceFile(KvPool pool, byte[] model) {
        this.pool = pool;
        this.model = model.clone();
    }

    /** What a file holds; the pages are mapped. */
    static final class Stored {
        private final int capacity;
        private final int[] ids;
        private final int computed;
        private final MemorySegment pages;

        private Stored(int capacity, int[] ids, int computed, MemorySegment pages) {
            this.capacity = capacity;
            this.ids = ids;
            this.computed = computed;
            this.pages = pages;
        }

        int capacity() {
            return capacity;
        }
    }

    /** Writes a file, which replaces one of the same name when it is whole. */
    void write(Path target, KvSequence sequence) {
        try (UnfinishedFile file = UnfinishedFile.beside(target, true);
                Arena arena = Arena.ofConfined()) {
            CRC32C checksum = new CRC32C();
            append(file.channel(), header(sequence), checksum);
            MemorySegment page = arena.allocate(pool.layout().pageBytes());
            for (int i = 0; i < KvLayout.pagesFor(sequence.computed()); i++) {
                pool.read(sequence.pages()[i], page);
                append(file.channel(), page.asByteBuffer(), checksum);
            }
            append(
                    file.channel(),
                    little(CHECKSUM_BYTES).putInt((int) checksum.getValue()).flip(),
                    new CRC32C());
            file.finish();
        } catch (IOException e) {
            throw new CheckpointException(target, e);
        }
    }

    private ByteBuffer header(KvSequence sequence) {
        int[] ids = sequence.ids();
        ByteBuffer header = little(HEADER_BYTES + ids.length * Integer.BYTES)
                .putInt(MAGIC)
                .putInt(VERSION)
                .put(model)
                .putLong(pool.layout().pageBytes())
                .putInt(sequence.capacity())
                .putInt(ids.length)
                .putInt(sequence.computed());
        for (int id : ids) {
            header.putInt(id);
        }
        return header.flip();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void append(FileChannel channel, ByteBuffer bytes, CRC32C checksum) throws IOException {
        checksum.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /**
     * Checks a file.
     *
     * @throws CheckpointException if it isn't such a file, is damaged, or of another model or another type of keys and values
     */
    Stored check(MappedFile file, int vocabSize) {
        MemorySegment data = file.data();
        check(file, "file length", data.byteSize() >= HEADER_BYTES + CHECKSUM_BYTES, data.byteSize(), "a session");
        check(file, "magic", data.get(Little.INT, 0) == MAGIC, data.get(Little.INT, 0), "LPKV");
        check(file, "version", data.get(Little.INT, 4) == VERSION, data.get(Little.INT, 4), String.valueOf(VERSION));
        byte[] identity = data.asSlice(8, IDENTITY_BYTES).toArray(ValueLayout.JAVA_BYTE);
        String found = HexFormat.of().formatHex(identity);
        check(
                file,
                "model",
                Arrays.equals(identity, model),
                found,
                HexFormat.of().formatHex(model) + ", this model");
        long pageBytes = data.get(Little.LONG, 40);
        long expected = pool.layout().pageBytes();
        check(
                file,
                "bytes of a page",
                pageBytes == expected,
                pageBytes,
                expected + ", with kvType " + pool.layout().type());
        return body(file, vocabSize);
    }

    private Stored body(MappedFile file, int vocabSize) {
        MemorySegment data = file.data();
        int capacity = data.get(Little.INT, 48);
        int length = data.get(Little.INT, 52);
        int computed = data.get(Little.INT, 56);
        check(file, "length", length >= 0 && length <= capacity, length, "0 to the capacity " + capacity);
        check(file, "computed", computed >= 0 && computed <= length, computed, "0 to the length " + length);
        long pages = KvLayout.pagesFor(computed) * pool.layout().pageBytes();
        long start = HEADER_BYTES + (long) length * Integer.BYTES;
        long end = start + pages;
        check(
                file,
                "file length",
                end + CHECKSUM_BYTES == data.byteSize(),
                data.byteSize(),
                String.valueOf(end + CHECKSUM_BYTES));
        int checksum = data.get(Little.INT, end);
        check(
                file,
                "checksum",
                checksum == checksum(data.asSlice(0, end)),
                Integer.toHexString(checksum),
                "that of its content");
        int[] ids = new int[length];
        for (int i = 0; i < length; i++) {
            ids[i] = data.get(Little.INT, HEADER_BYTES + (long) i * Integer.BYTES);
            check(file, "token " + i, ids[i] >= 0 && ids[i] < vocabSize, ids[i], "0 to " + (vocabSize - 1));
        }
        return new Stored(capacity, ids, computed, data.asSlice(start, pages));
    }

    private static int checksum(MemorySegment data) {
        CRC32C checksum = new CRC32C();
        for (long from = 0; from < data.byteSize(); from += 1 << 20) {
            checksum.update(data.asSlice(from, Math.min(1 << 20, data.byteSize() - from))
                    .asByteBuffer());
        }
        return (int) checksum.getValue();
    }

    private static void check(MappedFile file, String field, boolean condition, Object found, String expected) {
        if (!condition) {
            throw new CheckpointException(file.path(), field, found, expected);
        }
    }

    /** Fills the first pages of a sequence, which has as many. */
    void fill(Stored stored, KvSequence sequence) {
        long bytes = pool.layout().pageBytes();
        for (int i = 0; i < KvLayout.pagesFor(stored.computed); i++) {
            pool.write(sequence.pages()[i], stored.pages.asSlice(i * bytes, bytes));
        }
        sequence.begin(stored.ids, stored.computed);
    }
}
