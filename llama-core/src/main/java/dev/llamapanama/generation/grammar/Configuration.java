// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import org.jspecify.annotations.Nullable;

/**
 * Where reading a text stands: all states with their stacks. Immutable but for what is remembered of it; that is written once it is
 * known and is the same whoever writes it, so that it needs no lock.
 */
final class Configuration {
    private final Stacks stacks;
    private final @Nullable Configuration[] next;
    private @Nullable TokenMask mask;

    Configuration(Stacks stacks, int byteClasses) {
        this.stacks = stacks;
        next = new Configuration[stacks.count() == 0 ? 0 : byteClasses];
    }

    Stacks stacks() {
        return stacks;
    }

    /** Whether the text may be over here. */
    boolean isComplete() {
        return stacks.hasBottom();
    }

    /** Whether no byte can follow. */
    boolean isLast() {
        return stacks.count() == 0;
    }

    @Nullable
    Configuration next(int byteClass) {
        return next[byteClass];
    }

    void next(int byteClass, Configuration configuration) {
        next[byteClass] = configuration;
    }

    @Nullable
    TokenMask mask() {
        return mask;
    }

    void mask(@Nullable TokenMask tokens) {
        mask = tokens;
    }
}
