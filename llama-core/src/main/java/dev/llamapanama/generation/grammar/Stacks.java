// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A set of stacks of states, as a tree from the top whose equal parts are one object: however many ways an ambiguous grammar has to read a
 * text, what they have in common is kept once. Made by {@link StackSets} only.
 */
final class Stacks {
    static final Stacks NONE = new Stacks(new int[0], new Stacks[0], false);
    /** The empty stack alone. */
    static final Stacks BOTTOM = new Stacks(new int[0], new Stacks[0], true);

    private final int[] tops;
    private final Stacks[] below;
    private final boolean bottom;
    private final int depth;
    private final int hash;

    /**
     * @param tops ascending
     * @param below what lies under each of them; not empty
     * @param bottom whether the empty stack is in the set
     */
    Stacks(int[] tops, Stacks[] below, boolean bottom) {
        this.tops = tops;
        this.below = below;
        this.bottom = bottom;
        int deepest = 0;
        int mixed = Arrays.hashCode(tops) * 31 + Boolean.hashCode(bottom);
        for (Stacks stacks : below) {
            deepest = Math.max(deepest, 1 + stacks.depth);
            mixed = 31 * mixed + System.identityHashCode(stacks);
        }
        depth = deepest;
        hash = mixed;
    }

    int count() {
        return tops.length;
    }

    int top(int index) {
        return tops[index];
    }

    Stacks below(int index) {
        return below[index];
    }

    /** Whether the empty stack is one of them. */
    boolean hasBottom() {
        return bottom;
    }

    boolean isEmpty() {
        return tops.length == 0 && !bottom;
    }

    /** Of the deepest stack. */
    int depth() {
        return depth;
    }

    /** Parts are compared by identity, since equal ones are the same object. */
    @Override
    public boolean equals(@Nullable Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Stacks that) || hash != that.hash || bottom != that.bottom) {
            return false;
        }
        if (!Arrays.equals(tops, that.tops)) {
            return false;
        }
        for (int i = 0; i < below.length; i++) {
            if (below[i] != that.below[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
