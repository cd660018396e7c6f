// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of characters. Surrogates are never in it: no UTF-8 spells them. */
final class CodePoints {
    private static final int END = Character.MAX_CODE_POINT + 1;

    static final CodePoints NONE = new CodePoints(new int[0]);
    static final CodePoints ALL =
            new CodePoints(new int[] {0, Character.MIN_SURROGATE, Character.MAX_SURROGATE + 1, END});

    /** Ascending; the set begins at every even place and pauses at every odd one. */
    private final int[] bounds;

    private CodePoints(int[] bounds) {
        this.bounds = bounds;
    }

    @FunctionalInterface
    private interface Membership {
        boolean of(boolean inFirst, boolean inSecond);
    }

    static CodePoints of(int codePoint) {
        return range(codePoint, codePoint);
    }

    /** All from the first to the last, which is one of them. */
    static CodePoints range(int first, int last) {
        return new CodePoints(new int[] {first, last + 1}).and(ALL);
    }

    /** Those in a text. */
    static CodePoints in(String characters) {
        return characters.codePoints().mapToObj(CodePoints::of).reduce(NONE, CodePoints::or);
    }

    /** All that meet a condition. */
    static CodePoints matching(IntPredicate condition) {
        int[] found = new int[END + 1];
        int size = 0;
        for (int c = 0; c < END; c++) {
            if (condition.test(c) != (size % 2 == 1)) {
                found[size++] = c;
            }
        }
        if (size % 2 == 1) {
            found[size++] = END;
        }
        return new CodePoints(Arrays.copyOf(found, size)).and(ALL);
    }

    CodePoints or(CodePoints other) {
        return combine(other, (first, second) -> first || second);
    }

    CodePoints and(CodePoints other) {
        return combine(other, (first, second) -> first && second);
    }

    CodePoints minus(CodePoints other) {
        return combine(other, (first, second) -> first && !second);
    }

    CodePoints complement() {
        return ALL.minus(this);
    }

    private CodePoints combine(CodePoints other, Membership membership) {
        int[] merged = new int[bounds.length + other.bounds.length];
        int size = 0;
        int first = 0;
        int second = 0;
        while (first < bounds.length || second < other.bounds.length) {
            int at = Math.min(boundAt(first), other.boundAt(second));
            first += boundAt(first) == at ? 1 : 0;
            second += other.boundAt(second) == at ? 1 : 0;
            if (membership.of(first % 2 == 1, second % 2 == 1) != (size % 2 == 1)) {
                merged[size++] = at;
            }
        }
        return new CodePoints(Arrays.copyOf(merged, size));
    }

    private int boundAt(int index) {
        return index < bounds.length ? bounds[index] : Integer.MAX_VALUE;
    }

    /** Those of {@code size} numbers from {@code from}, as distances from there. */
    CodePoints block(int from, int size) {
        CodePoints inside = and(new CodePoints(new int[] {from, from + size}));
        return new CodePoints(
                Arrays.stream(inside.bounds).map(bound -> bound - from).toArray());
    }

    /** The only one of the set; -1 where there are more, or none. */
    int single() {
        return bounds.length == 2 && bounds[1] == bounds[0] + 1 ? bounds[0] : -1;
    }

    /** Takes the first and the last of neighbours. */
    @FunctionalInterface
    interface RangeConsumer {
        void accept(int first, int last);
    }

    /** Ascending, none next to another. */
    void forEachRange(RangeConsumer consumer) {
        for (int i = 0; i < bounds.length; i += 2) {
            consumer.accept(bounds[i], bounds[i + 1] - 1);
        }
    }

    boolean isEmpty() {
        return bounds.length == 0;
    }

    boolean contains(int codePoint) {
        int at = Arrays.binarySearch(bounds, codePoint);
        return (at >= 0 ? at : -at - 2) % 2 == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }
}
