// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.Numerics;

/** A benchmark of wrong results is worth nothing: each compares some with a plain computation in double precision. */
final class ResultCheck {
    private ResultCheck() {}

    /**
     * @param tolerance greatest difference that rounding explains
     * @throws IllegalStateException if the difference is greater, or no number
     */
    static void close(String what, double expected, double found, double tolerance) {
        if (!(Math.abs(found - expected) <= tolerance)) {
            throw new IllegalStateException(
                    what + ": found " + found + ", expected " + expected + " to within " + tolerance);
        }
    }

    static void holds(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException(what);
        }
    }

    /** Error of a product, as a part of the sum of its terms without their signs. */
    static double tolerance(Numerics numerics) {
        return switch (numerics.activation()) {
            case F32 -> 1e-5;
            case Q8_BLOCK32 -> 5e-3;
        };
    }
}
