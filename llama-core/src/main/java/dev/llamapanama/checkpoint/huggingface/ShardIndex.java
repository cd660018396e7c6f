// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.json.JsonFile;
import dev.llamapanama.checkpoint.json.JsonObject;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * {@code model.safetensors.index.json}: which file beside it holds which tensor.
 *
 * @param file the index itself
 * @param fileOf name of the file by name of the tensor
 */
record ShardIndex(Path file, Map<String, String> fileOf) {
    private static final int MOST_BYTES = 16 << 20;
    /** Leads to no other folder on any system, and to no hidden file. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_. -]{0,200}\\.safetensors");

    static ShardIndex read(Path file) {
        JsonObject map = JsonFile.read(file, MOST_BYTES).requiredObject("weight_map");
        Map<String, String> fileOf = new LinkedHashMap<>();
        for (String tensor : map.names()) {
            String name = map.text(tensor);
            if (name == null || !PLAIN_NAME.matcher(name).matches()) {
                throw map.refuse(tensor, "the plain name of a .safetensors file in the same folder");
            }
            fileOf.put(tensor, name);
        }
        return new ShardIndex(file, fileOf);
    }

    /** Names of the files, in the order in which they are first named. */
    SequencedSet<String> files() {
        return new LinkedHashSet<>(fileOf.values());
    }

    /**
     * Maps all files and reads their headers.
     *
     * @throws CheckpointException if a file is missing, or has not exactly the tensors that the index says
     */
    SequencedMap<String, SafetensorsTensor> map(MappedFiles files) {
        SequencedMap<String, SafetensorsTensor> all = new LinkedHashMap<>();
        for (String name : files()) {
            Path shard = file.resolveSibling(name);
            if (!Files.isRegularFile(shard)) {
                throw new CheckpointException(file, "weight_map", "no file " + name, "all files in the same folder");
            }
            MappedFile mapped = files.map(shard);
            SafetensorsHeader.read(mapped).forEach((tensor, found) -> {
                if (!name.equals(fileOf.get(tensor))) {
                    throw found.refuse("only the tensors that the index places in this file");
                }
                all.put(tensor, found);
            });
        }
        refuseMissing(all.keySet());
        return all;
    }

    private void refuseMissing(Set<String> found) {
        fileOf.forEach((tensor, name) -> {
            if (!found.contains(tensor)) {
                throw new CheckpointException(file, tensor, "no such tensor in " + name, "a tensor of that file");
            }
        });
    }
}
