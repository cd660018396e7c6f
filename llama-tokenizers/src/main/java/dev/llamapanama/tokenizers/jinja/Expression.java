// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** A part of a template that has a value. */
@FunctionalInterface
interface Expression {
    Object evaluate(Scope scope);
}
