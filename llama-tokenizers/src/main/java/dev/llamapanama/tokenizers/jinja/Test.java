// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What stands after {@code is}. */
@FunctionalInterface
interface Test {
    boolean test(Object value, Arguments arguments);
}
