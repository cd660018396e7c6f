// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation;

/** Checks of options. */
final class Require {
    private Require() {}

    /**
     * @throws IllegalArgumentException where the condition doesn't hold
     */
    static void that(boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }
}
