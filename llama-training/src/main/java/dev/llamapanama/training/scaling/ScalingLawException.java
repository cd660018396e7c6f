// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.scaling;

/** A family that no law can be fitted to: names what is wrong with it, what was found and what was expected. */
public final class ScalingLawException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ScalingLawException(String field, Object found, String expected) {
        super(field + ": found " + found + ", expected " + expected);
    }

    static void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new ScalingLawException(field, found, expected);
        }
    }
}
