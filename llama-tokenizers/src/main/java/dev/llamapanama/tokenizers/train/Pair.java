// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.util.Arrays;
import java.util.Comparator;

/** Two symbols that were found beside each other, and where. */
final class Pair {
    /** Of equally frequent pairs the shortest, then the first by code points, is merged first. */
    static final Comparator<Pair> SHORTEST_FIRST = Comparator.<Pair>comparingInt(pair -> pair.spelling.length)
            .thenComparing(pair -> pair.spelling, Arrays::compare)
            .thenComparingInt(pair -> pair.leftLength);

    final int left;
    final int right;
    final int leftLength;
    final int[] spelling;

    private int[] places = new int[4];
    private int size;
    private long count;

    Pair(int left, int right, int leftLength, int... spelling) {
        this.left = left;
        this.right = right;
        this.leftLength = leftLength;
        this.spelling = spelling;
    }

    /** How often it stands in the text now, overlapping itself too. */
    long count() {
        return count;
    }

    void add(int place, long times) {
        if (size == places.length) {
            places = Arrays.copyOf(places, Math.max(4, size + (size >> 1)));
        }
        places[size++] = place;
        count += times;
    }

    void remove(long times) {
        count -= times;
    }

    /** All places where it ever stood, in order within each word; it forgets them. */
    int[] takePlaces() {
        int[] taken = Arrays.copyOf(places, size);
        places = new int[0];
        size = 0;
        return taken;
    }
}
