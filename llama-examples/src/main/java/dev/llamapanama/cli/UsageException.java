// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

/** Options that picocli accepts but which make no sense: reported like those it doesn't. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }

    /** For what the engine says of an option. */
    UsageException(IllegalArgumentException cause) {
        super(cause.getMessage(), cause);
    }
}
