// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Ids of parts of text that were encoded before: words come again. The last of those that share a place stays. Threads need
 * no lock: entries never change, and whoever misses one that another thread has just put encodes the part once more.
 */
final class PartCache {
    private static final int PLACES = 1 << 13;

    /** Longer parts seldom come again. */
    private static final int LONGEST = 64;

    private final @Nullable Entry[] entries = new @Nullable Entry[PLACES];

    /** Its fields are final, so that a thread that sees an entry sees all of it. */
    private static final class Entry {
        final char[] part;
        final int[] ids;

        Entry(char[] part, int[] ids) {
            this.part = part;
            this.ids = ids;
        }
    }

    /** The ids of a part, not to be written to, or null. */
    int @Nullable [] get(long hash, char[] text, int start, int end) {
        Entry entry = entries[place(hash)];
        return entry != null && Arrays.equals(entry.part, 0, entry.part.length, text, start, end) ? entry.ids : null;
    }

    void put(long hash, char[] text, int start, int end, int[] ids) {
        if (end - start <= LONGEST) {
            entries[place(hash)] = new Entry(Arrays.copyOfRange(text, start, end), ids);
        }
    }

    private static int place(long hash) {
        return (int) (hash >>> 40) & (PLACES - 1);
    }
}
