// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

/** The one way in which the readers of this package refuse a value. */
final class Require {
    private Require() {}

    static void that(boolean condition, String source, String field, Object found, String expected) {
        if (!condition) {
            throw new TokenizerException(source, field, found, expected);
        }
    }
}
