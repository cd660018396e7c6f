// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Checks the whole message: field, found, expected. */
final class Refusals {
    private Refusals() {}

    static void assertRefused(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
