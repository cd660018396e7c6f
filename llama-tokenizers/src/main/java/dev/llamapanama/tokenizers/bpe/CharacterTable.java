// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Map of characters (code points) to symbols, in pages, so that a few hundred scripts don't cost a million entries. */
final class CharacterTable {
    static final int NONE = -1;
    private static final int PAGE_BITS = 8;
    private static final int PAGE = 1 << PAGE_BITS;

    private final int[] @Nullable [] pages = new int[(Character.MAX_CODE_POINT + 1) >> PAGE_BITS][];

    /** The symbol of a character, or {@link #NONE}. */
    int get(int codePoint) {
        int[] page = pages[codePoint >> PAGE_BITS];
        return page == null ? NONE : page[codePoint & (PAGE - 1)];
    }

    void put(int codePoint, int symbol) {
        int[] page = pages[codePoint >> PAGE_BITS];
        if (page == null) {
            page = new int[PAGE];
            Arrays.fill(page, NONE);
            pages[codePoint >> PAGE_BITS] = page;
        }
        page[codePoint & (PAGE - 1)] = symbol;
    }
}
