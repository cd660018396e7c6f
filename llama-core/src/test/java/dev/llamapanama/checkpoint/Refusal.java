// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Objects;

/** What a reader says when it refuses a file. */
public final class Refusal {
    private Refusal() {}

    /** The message of the {@link CheckpointException} that the action must throw. */
    public static String of(Runnable action) {
        return Objects.requireNonNull(
                assertThrows(CheckpointException.class, action::run).getMessage());
    }
}
