// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;
import java.util.Random;

/**
 * Map of spellings to ids ≥ 0, without boxes: open addressing, at most half full. What is looked up is a part of a text,
 * which needs no string of its own. Filled once, then only read.
 */
final class SpellingTable {
    static final int NONE = -1;

    /** Drawn anew for each JVM, so that no file can be made of spellings, or pairs, that collide. */
    static final long FACTOR = new Random().nextLong() | 1;

    private static final long FREE = -1;

    /** Half of a spelling's hash and its number. */
    private final long[] slots;

    /** For every number the id, and where its spelling ends; it begins where that of the number before ends. */
    private final int[] ids;

    private final int[] ends;
    private char[] letters = new char[64];
    private int size;

    /** @param most how many spellings may be put */
    SpellingTable(int most) {
        slots = new long[4 * Integer.highestOneBit(Math.max(1, most))];
        ids = new int[most];
        ends = new int[most + 1];
        Arrays.fill(slots, FREE);
    }

    /** Puts a spelling where it isn't there yet. Returns the id that it had before, or {@link #NONE}. */
    int putIfAbsent(String spelling, int id) {
        int start = ends[size];
        int end = start + spelling.length();
        if (end > letters.length) {
            letters = Arrays.copyOf(letters, Math.max(end, 2 * letters.length));
        }
        spelling.getChars(0, spelling.length(), letters, start);
        long hash = hash(letters, start, end);
        int slot = slot(hash, letters, start, end);
        if (slots[slot] != FREE) {
            return ids[(int) slots[slot]];
        }
        slots[slot] = (hash & ~0xFFFF_FFFFL) | size;
        ids[size] = id;
        ends[++size] = end;
        return NONE;
    }

    /** The id of a spelling, or {@link #NONE}. */
    int get(String spelling) {
        char[] text = spelling.toCharArray();
        return get(text, 0, text.length);
    }

    /** The id of a text from {@code start} to before {@code end}, or {@link #NONE}. */
    int get(char[] text, int start, int end) {
        return get(hash(text, start, end), text, start, end);
    }

    /** The same where the {@link #hash} is known. */
    int get(long hash, char[] text, int start, int end) {
        long found = slots[slot(hash, text, start, end)];
        return found == FREE ? NONE : ids[(int) found];
    }

    /** The slot of a spelling, or the free one where it would be put. */
    private int slot(long hash, char[] text, int start, int end) {
        int slot = (int) (hash >>> 32) & (slots.length - 1);
        while (slots[slot] != FREE && !isAt(slots[slot], hash, text, start, end)) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private boolean isAt(long found, long hash, char[] text, int start, int end) {
        int number = (int) found;
        return ((found ^ hash) >>> 32) == 0 && Arrays.equals(letters, ends[number], ends[number + 1], text, start, end);
    }

    /** The same for equal texts, and hardly ever for others. */
    static long hash(char[] text, int start, int end) {
        long hash = 0;
        for (int i = start; i < end; i++) {
            hash = (hash + text[i] + 1) * FACTOR;
        }
        // Bit 63 of no entry is set, which keeps them apart from a free slot.
        return hash & Long.MAX_VALUE;
    }
}
