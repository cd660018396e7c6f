// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * The files that a model was split into (llama.cpp's gguf-split): each says which of how many it is, by its name and by its keys, and the
 * first has the metadata.
 *
 * @param path any of them
 * @param number which of them it is, from 0
 * @param count how many there are, 1 for a file that isn't split
 */
record GgufShards(Path path, int number, int count) {
    private static final String NUMBER = "split.no";
    private static final String COUNT = "split.count";
    private static final String TENSORS = "split.tensors.count";
    /** What 16 bits hold. */
    private static final int MOST = 65535;

    /** What a file says of itself. */
    static GgufShards of(Path path, GgufMetadata metadata) {
        int count = metadata.has(COUNT) ? metadata.integer(COUNT, 0, MOST) : 0;
        // Shards that were merged again keep the key, with 0.
        if (count < 2) {
            return new GgufShards(path, 0, 1);
        }
        GgufShards shards = new GgufShards(path, metadata.integer(NUMBER, 0, count - 1), count);
        String end = shards.nameEnd(shards.number);
        String name = String.valueOf(path.getFileName());
        if (!name.endsWith(end)) {
            throw new CheckpointException(path, "file name", name, "one that ends in " + end + ", as its keys say");
        }
        return shards;
    }

    /** Opens them all: the metadata is that of the first, the tensors are those of all, in order. */
    static GgufHeader open(Path path, MappedFiles files) {
        MappedFile file = files.map(path);
        GgufHeader header = GgufHeader.read(file);
        GgufShards shards = of(path, header.metadata());
        return shards.count == 1 ? header : shards.join(header, files);
    }

    private GgufHeader join(GgufHeader opened, MappedFiles files) {
        GgufHeader first = number == 0 ? opened : read(0, files);
        int expected = first.metadata().integer(TENSORS, 1, Integer.MAX_VALUE);
        SequencedMap<String, CheckpointTensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            GgufHeader shard = i == 0 ? first : i == number ? opened : read(i, files);
            if (shard.metadata().integer(TENSORS, 1, Integer.MAX_VALUE) != expected) {
                throw shard.metadata().refuse(TENSORS, expected + ", as the first shard says");
            }
            for (CheckpointTensor tensor : shard.tensors().values()) {
                if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
                    throw new CheckpointException(file(i), tensor.name(), "a tensor of an earlier shard", "it once");
                }
            }
        }
        if (tensors.size() != expected) {
            throw first.metadata().refuse(TENSORS, tensors.size() + ", as all shards together have");
        }
        return new GgufHeader(first.version(), first.metadata(), tensors);
    }

    private GgufHeader read(int i, MappedFiles files) {
        Path file = existing(i);
        GgufHeader header = GgufHeader.read(files.map(file));
        GgufMetadata metadata = header.metadata();
        if (metadata.integer(COUNT, 0, MOST) != count) {
            throw metadata.refuse(COUNT, count + ", as " + path.getFileName() + " says");
        }
        if (metadata.integer(NUMBER, 0, MOST) != i) {
            throw metadata.refuse(NUMBER, i + ", as the name of the file says");
        }
        return header;
    }

    /** The shard that has the metadata. */
    Path first() {
        return number == 0 ? path : existing(0);
    }

    private Path existing(int i) {
        Path file = file(i);
        if (!Files.isRegularFile(file)) {
            throw new CheckpointException(
                    path, "shard " + (i + 1) + " of " + count, "no file " + file.getFileName(), "it beside this one");
        }
        return file;
    }

    private Path file(int i) {
        String name = String.valueOf(path.getFileName());
        int prefix = name.length() - nameEnd(number).length();
        return path.resolveSibling(name.substring(0, prefix) + nameEnd(i));
    }

    /** Shards count from 0 in keys and from 1 in names. */
    private String nameEnd(int i) {
        return String.format(Locale.ROOT, "-%05d-of-%05d.gguf", i + 1, count);
    }
}
