// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;
import java.util.Random;

/**
 * Map of spellings to ids ≥ 0, without boxes: open addressing, at most half full. What is looked up may be a part of a
 * text, which needs no string of its own. Filled once, then only read.
 */
final class SpellingTable {
    static final int NONE = -1;

    /** Drawn anew for each JVM, so that no file can be made of spellings that collide. */
    private static final long FACTOR = new Random().nextLong() | 1;

    private final String[] spellings;
    private final int[] ids;

    /** @param most how many spellings may be put */
    SpellingTable(int most) {
        spellings = new String[4 * Integer.highestOneBit(Math.max(1, most))];
        ids = new int[spellings.length];
        Arrays.fill(spellings, "");
        Arrays.fill(ids, NONE);
    }

    /** Puts a spelling where it isn't there yet. Returns the id that it had before, or {@link #NONE}. */
    int putIfAbsent(String spelling, int id) {
        int slot = slot(spelling, 0, spelling.length(), 0, 0);
        int before = ids[slot];
        if (before == NONE) {
            spellings[slot] = spelling;
            ids[slot] = id;
        }
        return before;
    }

    /** The id of a spelling, or {@link #NONE}. */
    int get(String spelling) {
        return get(spelling, 0, spelling.length());
    }

    /** The id of a text from {@code start} to before {@code end}, or {@link #NONE}. */
    int get(String text, int start, int end) {
        return ids[slot(text, start, end, end, end)];
    }

    /** The id of a text without the character at {@code gap}, or {@link #NONE}. */
    int getJoined(String text, int gap) {
        return ids[slot(text, 0, gap, gap + 1, text.length())];
    }

    /** The slot of what two parts of a text spell together, or the free one where it would be put. */
    private int slot(String text, int start, int end, int start2, int end2) {
        int length = end - start;
        int length2 = end2 - start2;
        long hash = hash(hash(0, text, start, end), text, start2, end2);
        int slot = (int) (hash >>> 32) & (ids.length - 1);
        while (ids[slot] != NONE
                && !(spellings[slot].length() == length + length2
                        && spellings[slot].regionMatches(0, text, start, length)
                        && spellings[slot].regionMatches(length, text, start2, length2))) {
            slot = (slot + 1) & (ids.length - 1);
        }
        return slot;
    }

    private static long hash(long before, String text, int start, int end) {
        long hash = before;
        for (int i = start; i < end; i++) {
            hash = (hash + text.charAt(i) + 1) * FACTOR;
        }
        return hash;
    }
}
