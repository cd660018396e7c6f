// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import java.util.Arrays;

/**
 * Edges of one kind, by the state they leave. Of each, a few numbers are kept: those of state {@code s} are edges {@code starts[s]}
 * to before {@code starts[s + 1]}.
 */
final class Edges {
    private final int width;
    private final int[] starts;
    private final int[] values;

    private Edges(int width, int[] starts, int[] values) {
        this.width = width;
        this.starts = starts;
        this.values = values;
    }

    int first(int state) {
        return starts[state];
    }

    /** After the last. */
    int end(int state) {
        return starts[state + 1];
    }

    boolean leave(int state) {
        return starts[state] < starts[state + 1];
    }

    int get(int edge, int field) {
        return values[edge * width + field];
    }

    int count() {
        return values.length / width;
    }

    int states() {
        return starts.length - 1;
    }

    /** Collects edges in any order. */
    static final class Builder {
        private final int width;
        private int[] entries = new int[64];
        private int size;

        Builder(int width) {
            this.width = width;
        }

        void add(int from, int... fields) {
            if (size + width + 1 > entries.length) {
                entries = Arrays.copyOf(entries, 2 * entries.length);
            }
            entries[size++] = from;
            System.arraycopy(fields, 0, entries, size, width);
            size += width;
        }

        Edges build(int states) {
            int[] starts = new int[states + 1];
            for (int at = 0; at < size; at += width + 1) {
                starts[entries[at] + 1]++;
            }
            Arrays.parallelPrefix(starts, Integer::sum);
            int[] next = starts.clone();
            int[] values = new int[size / (width + 1) * width];
            for (int at = 0; at < size; at += width + 1) {
                System.arraycopy(entries, at + 1, values, next[entries[at]]++ * width, width);
            }
            return new Edges(width, starts, values);
        }
    }
}
