// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import java.nio.file.Path;

/** Reads one file format; found by {@link java.util.ServiceLoader}, so that a format is added without touching another. */
public interface CheckpointReader {

    /** Whether the path looks like this format, judged by its first bytes or its name; must not throw on any content. */
    boolean recognises(Path path);

    /**
     * Opens the file and checks all of its structure.
     *
     * @throws CheckpointException if anything in it is not as the format demands
     */
    Checkpoint read(Path path);
}
