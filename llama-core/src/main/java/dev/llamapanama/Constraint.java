// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.generation.grammar.Grammar;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a completion has to be.
 *
 * @param exits ids after which anything may follow, where one of them comes first
 */
record Constraint(Grammar grammar, Set<Integer> exits) {

    /** A grammar without a way out, or null for none. */
    static @Nullable Constraint of(@Nullable Grammar grammar) {
        return grammar == null ? null : new Constraint(grammar, Set.of());
    }
}
