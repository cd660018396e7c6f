// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file format; found by {@link java.util.ServiceLoader}, so that a format is added without touching
 * another.
 */
public interface CheckpointReader {

    /** What it reads, for messages: {@code GGUF v2 and v3}. */
    String format();

    /**
     * Whether the path looks like this format; must not throw on any content.
     *
     * @param path an existing file or folder
     * @param start its first 64 bytes, fewer where the file is shorter, none for a folder
     */
    boolean recognises(Path path, byte[] start);

    /**
     * Opens the file and checks all of its structure.
     *
     * @throws CheckpointException if anything in it is not as the format demands
     */
    Checkpoint read(Path path);

    /**
     * Reads the tokenizer alone, without asking for a configuration or weights.
     *
     * @return null where the file has none
     * @throws CheckpointException if what leads to the tokenizer is not as the format demands
     */
    @Nullable
    TokenizerDefinition readTokenizer(Path path);
}
