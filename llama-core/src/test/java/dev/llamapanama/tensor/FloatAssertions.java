// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Compares floats with what they are meant to be. */
public final class FloatAssertions {
    private FloatAssertions() {}

    /** Fails if any element is off by more than the tolerance. */
    public static void assertClose(double[] expected, float[] found, double tolerance) {
        assertEquals(expected.length, found.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], found[i], tolerance, "element " + i);
        }
    }
}
