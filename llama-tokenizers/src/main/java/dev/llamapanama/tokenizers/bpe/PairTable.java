// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;

/**
 * Map of two numbers ≥ 0 to a third, without boxes: open addressing, at most half full. Filled once, then only read.
 */
final class PairTable {
    static final long NONE = -1;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private long[] keys = empty(64);
    private long[] values = new long[64];
    private int size;

    private static long[] empty(int capacity) {
        long[] keys = new long[capacity];
        Arrays.fill(keys, NONE);
        return keys;
    }

    /** The value at (a, b), or {@link #NONE}. */
    long get(int a, int b) {
        long key = key(a, b);
        int slot = slot(key);
        return keys[slot] == key ? values[slot] : NONE;
    }

    /** Sets the value at (a, b) where there is none. */
    void putIfAbsent(int a, int b, long value) {
        long key = key(a, b);
        int slot = slot(key);
        if (keys[slot] == key) {
            return;
        }
        keys[slot] = key;
        values[slot] = value;
        if (++size > keys.length / 2) {
            grow();
        }
    }

    private static long key(int a, int b) {
        return ((long) a << 32) | b;
    }

    private int slot(long key) {
        long mixed = (key ^ (key >>> 29)) * GOLDEN;
        int mask = keys.length - 1;
        int slot = (int) (mixed >>> 32) & mask;
        while (keys[slot] != key && keys[slot] != NONE) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = empty(2 * oldKeys.length);
        values = new long[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != NONE) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
