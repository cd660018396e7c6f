// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a Hugging Face folder, found from the folder or from one of them.
 *
 * @param config {@code config.json}
 * @param weights a safetensors file, or the index of several
 */
record HuggingFaceFiles(Path config, Path weights) {
    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    /** Whether such a folder is meant. */
    static boolean areMeant(Path path) {
        if (Files.isDirectory(path)) {
            return Files.isRegularFile(path.resolve(CONFIG));
        }
        String name = nameOf(path);
        return name.equals(CONFIG) || name.equals(INDEX) || name.endsWith(".safetensors");
    }

    /**
     * @throws CheckpointException if one of them is missing
     */
    static HuggingFaceFiles of(Path path) {
        boolean folder = Files.isDirectory(path);
        Path config = folder ? path.resolve(CONFIG) : path.resolveSibling(CONFIG);
        Path weights = !folder && nameOf(path).endsWith(".safetensors") ? whole(path) : weightsBeside(config);
        for (Path file : new Path[] {config, weights}) {
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException(
                        path, nameOf(file), "no such file", CONFIG + " and " + SINGLE + " or " + INDEX);
            }
        }
        return new HuggingFaceFiles(config, weights);
    }

    /** {@code generation_config.json}, which need not be there. */
    Path generation() {
        return config.resolveSibling(GENERATION);
    }

    boolean isSharded() {
        return nameOf(weights).endsWith(".json");
    }

    /** The index, where the file is one of its shards. */
    private static Path whole(Path file) {
        Path index = file.resolveSibling(INDEX);
        return Files.isRegularFile(index) && ShardIndex.read(index).files().contains(nameOf(file)) ? index : file;
    }

    /** One file is preferred, as transformers does. */
    private static Path weightsBeside(Path config) {
        Path single = config.resolveSibling(SINGLE);
        Path index = config.resolveSibling(INDEX);
        return Files.isRegularFile(single) || !Files.isRegularFile(index) ? single : index;
    }

    private static String nameOf(Path path) {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }
}
