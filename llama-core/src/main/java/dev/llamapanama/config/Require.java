// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.config;

/** The one way in which the records of this package refuse a value. */
final class Require {
    private Require() {}

    static void that(boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }

    static void positive(String field, long value) {
        that(value > 0, field, value, "a positive number");
    }

    static void positive(String field, double value) {
        that(value > 0 && Double.isFinite(value), field, value, "a positive finite number");
    }
}
