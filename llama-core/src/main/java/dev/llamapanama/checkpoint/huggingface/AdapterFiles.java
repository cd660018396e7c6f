// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of a PEFT adapter, found from its folder or from one of them.
 *
 * @param config {@code adapter_config.json}
 * @param weights a safetensors file
 */
record AdapterFiles(Path config, Path weights) {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHTS = "adapter_model.safetensors";

    /** Whether such an adapter is meant. */
    static boolean areMeant(Path path) {
        return Files.isRegularFile(Files.isDirectory(path) ? path.resolve(CONFIG) : path.resolveSibling(CONFIG))
                && (Files.isDirectory(path) || path.endsWith(CONFIG) || isSafetensors(path));
    }

    /**
     * @throws CheckpointException if one of them is missing
     */
    static AdapterFiles of(Path path) {
        Path config = Files.isDirectory(path) ? path.resolve(CONFIG) : path.resolveSibling(CONFIG);
        Path weights = isSafetensors(path) && !Files.isDirectory(path) ? path : config.resolveSibling(WEIGHTS);
        for (Path file : new Path[] {config, weights}) {
            if (!Files.isRegularFile(file)) {
                throw new CheckpointException(
                        path, String.valueOf(file.getFileName()), "no such file", CONFIG + " and " + WEIGHTS);
            }
        }
        return new AdapterFiles(config, weights);
    }

    private static boolean isSafetensors(Path path) {
        return path.toString().endsWith(".safetensors");
    }
}
