// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What stands after {@code |}. */
@FunctionalInterface
interface Filter {
    Object apply(Rendering rendering, Object value, Arguments arguments);
}
