// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** A part of a template that writes. */
@FunctionalInterface
interface Statement {
    Flow execute(Scope scope, StringBuilder output);

    /** What happens next in a loop. */
    enum Flow {
        /** What stands next. */
        GO_ON,
        /** The next iteration. */
        CONTINUE,
        /** What stands after the loop. */
        BREAK
    }
}
