// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import java.nio.file.Path;

/** Reads one format of adapters; found by {@link java.util.ServiceLoader}, so that a format is added without touching another. */
public interface AdapterReader {

    /** What it reads, for messages: {@code a GGUF adapter}. */
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
     * @param base the model that is to be adapted
     * @throws CheckpointException if anything in it is not as the format demands, doesn't fit to the model, or couldn't be honoured
     */
    StoredAdapter read(Path path, LlamaConfig base);
}
