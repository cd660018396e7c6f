// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Standard output takes no more. */
final class OutputException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    OutputException(IOException cause) {
        super("standard output: " + cause.getMessage(), cause);
    }

    /** Whether the reader of a pipe has had enough, which is no failure. */
    boolean readerLeft() {
        return String.valueOf(getMessage()).contains("Broken pipe");
    }
}
