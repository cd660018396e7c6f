// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model file that cannot be used: names the file, the field, what was found and what was expected. */
public final class CheckpointException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file at fault
     * @param field the field at fault, in the words of the file format
     * @param found what stands there
     * @param expected what may stand there
     */
    public CheckpointException(Path file, String field, @Nullable Object found, String expected) {
        super(file + ": " + field + ": found " + found + ", expected " + expected);
    }

    /**
     * @param file the file that could not be read
     * @param cause why
     */
    public CheckpointException(Path file, Throwable cause) {
        super(file + ": " + cause, cause);
    }
}
