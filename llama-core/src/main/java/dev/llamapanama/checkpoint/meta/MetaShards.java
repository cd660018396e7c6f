// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.checkpoint.mapped.MappedFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of all shards. Those of the text decoder have the same names, types and shapes in each; those for images are kept as
 * each shard has them.
 */
final class MetaShards {
    private final List<SequencedMap<String, TorchTensor>> shards = new ArrayList<>();
    private final List<TorchTensor> forImages = new ArrayList<>();

    private MetaShards() {}

    /** @throws CheckpointException if a shard can't be read or differs from the first */
    static MetaShards map(MappedFiles files, List<Path> paths) {
        MetaShards shards = new MetaShards();
        for (Path path : paths) {
            MappedFile file = files.map(path);
            SequencedMap<String, TorchTensor> tensors = TorchFile.read(file, MetaNames::isWeight);
            tensors.forEach((name, tensor) -> {
                if (MetaNames.isForImages(name)) {
                    shards.forImages.add(tensor);
                } else if (tensor.dimensions() < 1 || tensor.dimensions() > 2) {
                    throw tensor.refuse(tensor.dimensions() + " dimensions", "a vector or a matrix");
                }
            });
            tensors.keySet().removeIf(MetaNames::isForImages);
            if (!shards.shards.isEmpty()) {
                checkLike(shards.shards.getFirst(), tensors, path);
            }
            shards.shards.add(tensors);
        }
        return shards;
    }

    int count() {
        return shards.size();
    }

    Set<String> keys() {
        return shards.getFirst().keySet();
    }

    /** The parts of a tensor in the order of the shards. */
    List<TorchTensor> of(String key) {
        List<TorchTensor> parts = new ArrayList<>(shards.size());
        for (SequencedMap<String, TorchTensor> shard : shards) {
            TorchTensor part = shard.get(key);
            if (part == null) {
                throw new IllegalArgumentException(key);
            }
            parts.add(part);
        }
        return parts;
    }

    /** What a decoder of text doesn't read, shard by shard. */
    List<TorchTensor> forImages() {
        return forImages;
    }

    /** The parts of the first tensor whose name in a text decoder ends so; empty where there is none. */
    List<TorchTensor> ending(String name) {
        return keys().stream()
                .filter(key -> key.endsWith(name))
                .findFirst()
                .map(this::of)
                .orElse(List.of());
    }

    private static void checkLike(
            SequencedMap<String, TorchTensor> first, SequencedMap<String, TorchTensor> other, Path file) {
        first.forEach((name, expected) -> {
            @Nullable TorchTensor found = other.get(name);
            if (found == null) {
                throw new CheckpointException(file, name, "no such tensor", "one, as in the first shard");
            }
            if (!found.shape().equals(expected.shape()) || found.type() != expected.type()) {
                throw new CheckpointException(
                        file,
                        name,
                        found.type() + " of shape " + found.shape(),
                        expected.type() + " of shape " + expected.shape() + ", as in the first shard");
            }
        });
        for (String name : other.keySet()) {
            if (!first.containsKey(name)) {
                throw new CheckpointException(file, name, "a tensor with this name", "those of the first shard");
            }
        }
    }
}
