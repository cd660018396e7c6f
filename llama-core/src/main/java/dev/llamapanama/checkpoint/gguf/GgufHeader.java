// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.mapped.Cursor;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * Everything in front of the data of a GGUF file: {@code "GGUF" | u32 version | i64 tensors | i64 pairs | pairs |
 * tensor infos} (ggml docs/gguf.md).
 *
 * @param version 2 or 3
 * @param tensors as the infos describe them, sliced from the data, in file order
 */
record GgufHeader(int version, GgufMetadata metadata, SequencedMap<String, CheckpointTensor> tensors) {
    static final int MAGIC = 0x46554747;

    /** Eight times the largest header known, that of Llama 4 with its Hugging Face tokenizer inside. */
    private static final int LIMIT = 128 << 20;

    /** Far above Llama 3.1 405B, which has 1138 tensors. */
    private static final int MOST_TENSORS = 1 << 16;

    private static final int MOST_PAIRS = 1 << 16;
    private static final int MOST_ALIGNMENT = 1 << 30;
    private static final int MINIMUM_PAIR_BYTES = 8 + 1 + 4 + 1;

    /** Whether a file that begins so is meant to be one. */
    static boolean begins(byte[] start) {
        return start.length >= 4 && start[0] == 'G' && start[1] == 'G' && start[2] == 'U' && start[3] == 'F';
    }

    static GgufHeader read(MappedFile file) {
        Cursor cursor = new Cursor(file.path(), file.data(), LIMIT);
        int version = readVersion(cursor);
        int tensorCount = cursor.count("tensor count", GgufTensorInfo.MINIMUM_BYTES, MOST_TENSORS);
        GgufMetadata metadata = readPairs(cursor);
        SequencedMap<String, GgufTensorInfo> infos = LinkedHashMap.newLinkedHashMap(tensorCount);
        for (int i = 0; i < tensorCount; i++) {
            GgufTensorInfo info = GgufTensorInfo.read(cursor, i);
            if (infos.putIfAbsent(info.name(), info) != null) {
                throw cursor.refuse(info.name(), "the tensor twice", "it once");
            }
        }
        return new GgufHeader(version, metadata, slice(cursor, file, infos, alignment(metadata)));
    }

    static GgufMetadata readMetadata(MappedFile file) {
        Cursor cursor = new Cursor(file.path(), file.data(), LIMIT);
        readVersion(cursor);
        cursor.i64("tensor count");
        return readPairs(cursor);
    }

    private static GgufMetadata readPairs(Cursor cursor) {
        return GgufMetadata.read(cursor, cursor.count("key-value count", MINIMUM_PAIR_BYTES, MOST_PAIRS));
    }

    private static int readVersion(Cursor cursor) {
        int magic = cursor.i32("magic");
        if (magic != MAGIC) {
            throw cursor.refuse("magic", String.format("0x%08x", magic), "\"GGUF\"");
        }
        int version = cursor.i32("version");
        if (version != 0 && (version & 0xFFFF) == 0) {
            throw cursor.refuse("version", "a big-endian file", "a little-endian one");
        }
        if (version != 2 && version != 3) {
            throw cursor.refuse("version", Integer.toUnsignedString(version), "2 or 3");
        }
        return version;
    }

    private static int alignment(GgufMetadata metadata) {
        String key = "general.alignment";
        GgufValue value = metadata.get(key);
        if (value == null) {
            return 32;
        }
        long alignment = value.type() == GgufType.U32 && value.value() instanceof Long number ? number : 0;
        if (Long.bitCount(alignment) != 1 || alignment > MOST_ALIGNMENT) {
            throw metadata.refuse(key, "a u32 that is a power of two up to " + MOST_ALIGNMENT);
        }
        return (int) alignment;
    }

    /** The tensors follow each other without gaps, each padded to the alignment, the last one perhaps not. */
    private static SequencedMap<String, CheckpointTensor> slice(
            Cursor cursor, MappedFile file, SequencedMap<String, GgufTensorInfo> infos, int alignment) {
        long fileBytes = file.data().byteSize();
        long dataStart = padded(cursor.position(), alignment);
        long end = dataStart;
        SequencedMap<String, CheckpointTensor> tensors = LinkedHashMap.newLinkedHashMap(infos.size());
        for (GgufTensorInfo info : infos.values()) {
            long start = padded(end, alignment);
            if (info.offset() != start - dataStart) {
                throw cursor.refuse(
                        info.name() + " offset",
                        info.offset(),
                        (start - dataStart) + ", right behind the tensor before");
            }
            long left = Math.max(0, fileBytes - start);
            if (info.bytes() > left) {
                throw cursor.refuse(info.name(), left + " bytes before the end of the file", info.bytes() + " bytes");
            }
            tensors.put(
                    info.name(),
                    new CheckpointTensor(info.name(), info.type(), info.shape(), file.source(start, info.bytes())));
            end = start + info.bytes();
        }
        if (fileBytes > padded(end, alignment)) {
            throw cursor.refuse("file length", fileBytes, padded(end, alignment) + ", where the last tensor ends");
        }
        return tensors;
    }

    private static long padded(long position, int alignment) {
        return (position + alignment - 1) & -alignment;
    }
}
