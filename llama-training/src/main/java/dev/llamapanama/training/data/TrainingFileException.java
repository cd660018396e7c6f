// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file of a training that cannot be used: names the file, the field, what was found and what was expected. */
public final class TrainingFileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * @param file the file at fault
     * @param field the field at fault, or the line
     * @param found what stands there
     * @param expected what may stand there
     */
    public TrainingFileException(Path file, String field, Object found, String expected) {
        super(file + ": " + field + ": found " + found + ", expected " + expected);
    }

    /**
     * @param file the file that could not be read or written
     * @param cause why
     */
    public TrainingFileException(Path file, Throwable cause) {
        super(
                file + ": " + (cause instanceof NoSuchFileException ? "path: found nothing, expected a file" : cause),
                cause);
    }
}
