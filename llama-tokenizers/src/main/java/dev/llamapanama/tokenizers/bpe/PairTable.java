// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;

/**
 * Map of two numbers ≥ 0 to a third, without boxes: open addressing, at most half full. Filled once, then only read.
 */
final class PairTable {
    static final long NONE = -1;

    /** A key and its value beside each other, so that both come with one line of the cache. */
    private long[] entries;

    private int size;

    PairTable() {
        this(32);
    }

    /** @param expected about how many entries there will be */
    PairTable(int expected) {
        entries = empty(4 * Integer.highestOneBit(Math.max(16, expected)));
    }

    private static long[] empty(int capacity) {
        long[] entries = new long[2 * capacity];
        Arrays.fill(entries, NONE);
        return entries;
    }

    /** The value at (a, b), or {@link #NONE}. */
    long get(int a, int b) {
        long key = key(a, b);
        int slot = slot(key);
        return entries[slot] == key ? entries[slot + 1] : NONE;
    }

    /** Sets the value at (a, b) where there is none. */
    void putIfAbsent(int a, int b, long value) {
        long key = key(a, b);
        int slot = slot(key);
        if (entries[slot] == key) {
            return;
        }
        entries[slot] = key;
        entries[slot + 1] = value;
        if (++size > entries.length / 4) {
            grow();
        }
    }

    private static long key(int a, int b) {
        return ((long) a << 32) | b;
    }

    private int slot(long key) {
        long mixed = (key ^ (key >>> 29)) * SpellingTable.FACTOR;
        int mask = entries.length - 2;
        int slot = (int) (mixed >>> 32) & mask;
        while (entries[slot] != key && entries[slot] != NONE) {
            slot = (slot + 2) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = entries;
        entries = empty(old.length);
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != NONE) {
                int slot = slot(old[i]);
                entries[slot] = old[i];
                entries[slot + 1] = old[i + 1];
            }
        }
    }
}
